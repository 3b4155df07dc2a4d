// For mocha runs that open windows: a process that SIGTERM ends by default leaves them, one that exits ends them.
process.on('SIGTERM', () => process.exit(143));
