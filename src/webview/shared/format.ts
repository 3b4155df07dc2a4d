/** Wall time of day in the local zone as `HH:MM:SS.mmm`; `time` in milliseconds since the epoch. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Day and wall time in the local zone as `YYYY-MM-DD HH:MM:SS.mmm`, which is read alike in every language. */
export function formatDateTime(time: number): string {
  const date = new Date(time);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join('-');
  return `${day} ${formatTime(time)}`;
}

/** `formatDateTime` with all that a time holds: `YYYY-MM-DD HH:MM:SS.mmmµµµ`. Drawn with each row, so there is no `Intl` in it. */
export function formatExactTime(time: number): string {
  const micros = Math.round(time * 1000);
  const ms = Math.floor(micros / 1000);
  return `${formatDateTime(ms)}${String(micros - ms * 1000).padStart(3, '0')}`;
}

/** The time of day of a time of today, and its day too of any other; `now` in milliseconds since the epoch. */
export function formatMoment(time: number, now: number): string {
  return isSameDay(time, now) ? formatTime(time) : formatDateTime(time);
}

/** `09:41:00.000 – 09:42:30.500`, with the day unless all of it is of today, and with both days where they are two. */
export function formatRange(from: number, to: number, now: number): string {
  if (!isSameDay(from, to)) return `${formatDateTime(from)} – ${formatDateTime(to)}`;
  return `${formatMoment(from, now)} – ${formatTime(to)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** `0 ms`, `30 µs`, `0.4 ms`, `12 ms`, `1.24 s`, `2 min 3 s`. */
export function formatDuration(ms: number): string {
  const micros = Math.round(ms * 1000);
  if (micros === 0) return '0 ms';
  if (Math.abs(micros) < 100) return `${micros} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Elapsed time of something that goes on: tenths for a minute, so that it is seen to move. */
export function formatElapsed(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

/** `512 B`, `1.2 kB`, `10.0 MB`, `1.5 GB`; 1 kB is 1000 bytes. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** A count with the separators of the reader's language. */
export function formatCount(count: number): string {
  return count.toLocaleString();
}
