// Writes three lines to stderr and exits with code 3.
process.stderr.write('reading config.json\nconfig.json: no such file\ngiving up\n');
process.exitCode = 3;
