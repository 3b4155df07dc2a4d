// Stays, says nothing and never listens.
setInterval(() => {}, 60_000);
