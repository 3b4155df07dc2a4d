/** Absolute path of the repository; the bundled suite cannot know it from its own place. */
export const repository = process.env['EXTERNAL_MCP_TEST_REPOSITORY'] ?? '';
