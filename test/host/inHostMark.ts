/** Begins each line that the suite prints inside the extension host. */
export const inHostMark = '│ ';
