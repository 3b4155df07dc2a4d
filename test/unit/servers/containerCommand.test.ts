import assert from 'node:assert/strict';
import { withContainerOptions } from '../../../src/servers/containerCommand.ts';

describe('The command line of a container', () => {
  const OURS = '--rm --init --label external-mcp';
  const changed = (line: string, memoryLimitMb?: number): string => {
    const [command = '', ...args] = line.split(' ');
    return [command, ...withContainerOptions(command, args, memoryLimitMb)].join(' ');
  };

  it('gets what makes it end with its server, right behind "run"', () => {
    assert.equal(changed('docker run -i image'), `docker run ${OURS} -i image`);
    assert.equal(changed('/usr/bin/podman run image sh -c x'), `/usr/bin/podman run ${OURS} image sh -c x`);
    assert.equal(changed('docker container run image'), `docker container run ${OURS} image`);
    assert.equal(changed('docker --context far -D run image'), `docker --context far -D run ${OURS} image`);
    assert.equal(changed('C:\\Docker\\docker.exe run image'), `C:\\Docker\\docker.exe run ${OURS} image`);
  });

  it('keeps what it says already', () => {
    assert.equal(changed('docker run --rm --init -l external-mcp i'), 'docker run --rm --init -l external-mcp i');
    assert.equal(
      changed('docker run --rm=false --init=true --label=external-mcp=1 i'),
      'docker run --rm=false --init=true --label=external-mcp=1 i',
    );
    assert.equal(
      changed('docker run -it --name x -p8080:80 -e A=b --rm image'),
      'docker run --init --label external-mcp -it --name x -p8080:80 -e A=b --rm image',
    );
  });

  it('is not told to remove a container that is to be restarted', () => {
    assert.equal(changed('docker run --restart always i'), 'docker run --init --label external-mcp --restart always i');
  });

  it('is judged by its own options, not by their values or by those of what runs in it', () => {
    assert.equal(changed('docker run image --rm --init'), `docker run ${OURS} image --rm --init`);
    assert.equal(changed('docker run --name --rm image'), `docker run ${OURS} --name --rm image`);
    assert.equal(changed('docker run --label other image'), `docker run ${OURS} --label other image`);
    assert.equal(changed('docker run -- image --rm'), `docker run ${OURS} -- image --rm`);
  });

  it('limits its memory where there is a limit, unless it does so itself', () => {
    assert.equal(changed('docker run i', 256.5), `docker run ${OURS} --memory 257m i`);
    assert.equal(changed('docker run -m 1g i', 256), `docker run ${OURS} -m 1g i`);
    assert.equal(changed('docker run --memory=1g i', 256), `docker run ${OURS} --memory=1g i`);
  });

  it('stays as it is for everything else', () => {
    for (const line of [
      'docker compose run service',
      'docker exec -i box run',
      'docker start run',
      'docker',
      'docker --version',
      'npx docker run image',
      'dockerd run',
    ]) {
      assert.equal(changed(line, 256), line);
    }
  });
});
