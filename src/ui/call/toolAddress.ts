/** Which tool of which server. */
export interface ToolAddress {
  server: string;
  tool: string;
}

/** A name as part of a path for people: whatever could climb out of a folder or confuse an editor becomes an underscore. */
export function tame(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N} _-]+/gu, '_').slice(0, 60);
}
