import { listen } from './support/listen.ts';

// Accepts connections and never answers.
await listen(() => {});
