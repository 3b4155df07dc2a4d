/**
 * Draws when it is asked to, at most once a frame, and in a task before the frame: to paint what has changed, which takes the browser as
 * long again, is a task of its own then, and a key that is pressed waits for one of the two.
 */
export class Drawing {
  readonly #draw: () => void;
  /** `drawn`: the browser has not shown it yet. */
  #state: 'idle' | 'due' | 'drawn' | 'again' = 'idle';

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#state === 'drawn') this.#state = 'again';
    if (this.#state !== 'idle') return;
    this.#state = 'due';
    setTimeout(() => this.#run());
  }

  #run(): void {
    this.#state = 'drawn';
    requestAnimationFrame(() => {
      const again = this.#isAskedAgain;
      this.#state = 'idle';
      if (again) this.request();
    });
    this.#draw();
  }

  /** In a getter: the compiler does not know that the state changes while the frame is waited for. */
  get #isAskedAgain(): boolean {
    return this.#state === 'again';
  }
}

/** Does something when a drawing that was just asked for is there. */
export function afterDrawing(task: () => void): void {
  // In the same order as the drawing: its frame, if it waits for one, then its task.
  requestAnimationFrame(() => setTimeout(task));
}
