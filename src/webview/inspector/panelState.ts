import { Emitter } from '../../base/event.ts';
import type { Answer, InspectorEvent, SavedFilter, Task } from '../../messages/inspector.ts';
import type { InspectorChannel } from './trafficList.ts';

/** What the host says about the panel as a whole: whether it shows a file, records, searches, and which filters are kept. */
export class PanelState {
  readonly #channel: InspectorChannel;
  readonly #changed = new Emitter<void>();
  #file: string | undefined;
  #log: string | undefined;
  #isRecording = false;
  #savedFilters: readonly SavedFilter[] = [];
  #progress: { task: Task; share: number } | undefined;
  #readShare: number | undefined;

  constructor(channel: InspectorChannel) {
    this.#channel = channel;
    channel.onEvent((event) => this.#hear(event));
  }

  readonly onDidChange = this.#changed.event;

  /** Name of the imported file that is shown; there is nothing to record, clear or send again then. */
  get file(): string | undefined {
    return this.#file;
  }
  /** Tells the entries of this log from those of any other. */
  get log(): string | undefined {
    return this.#log;
  }
  get isRecording(): boolean {
    return this.#isRecording;
  }
  get savedFilters(): readonly SavedFilter[] {
    return this.#savedFilters;
  }
  /** What goes on and how much of it is done, 0 to 1; nothing when it is over. */
  get progress(): { task: Task; share: number } | undefined {
    return this.#progress;
  }
  /** How much of a file was read when its reading was stopped, 0 to 1; nothing unless it was. */
  get readShare(): number | undefined {
    return this.#readShare;
  }

  welcome({ file, log, isRecording, savedFilters }: Answer<'ready'>): void {
    this.#file = file;
    this.#log = log;
    this.#isRecording = isRecording;
    this.#savedFilters = savedFilters;
    this.#changed.fire();
  }

  /** Rejects with a `ChannelError`. */
  async toggleRecording(): Promise<void> {
    const { isRecording } = await this.#channel.request({ type: 'record' });
    this.#isRecording = isRecording;
    this.#changed.fire();
  }

  /** Rejects with a `ChannelError`; the filters are shown as kept in any case. */
  async saveFilters(filters: readonly SavedFilter[]): Promise<void> {
    this.#savedFilters = filters;
    this.#changed.fire();
    await this.#channel.request({ type: 'saveFilters', filters });
  }

  /** What was found, or read, stays. Rejects with a `ChannelError`. */
  async stop(task: Task): Promise<void> {
    this.#progress = undefined;
    this.#changed.fire();
    await this.#channel.request({ type: 'stop', task });
  }

  #hear(event: InspectorEvent): void {
    if (event.type === 'progress')
      this.#progress = event.share < 1 ? { task: event.task, share: event.share } : undefined;
    else if (event.type === 'readingStopped') this.#readShare = event.share;
    else if (event.type === 'recording') this.#isRecording = event.isRecording;
    else return;
    this.#changed.fire();
  }
}
