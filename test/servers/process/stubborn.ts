// Ignores the end of its input and every signal that can be ignored; prints its pid when that is so.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
setInterval(() => {}, 1 << 30);
console.error(process.pid);
