// What the image runs: the framework's own standalone server, with our names for its settings.

// Docker sets HOSTNAME to the container's name, and the framework would listen on that address alone.
process.env.HOSTNAME = process.env.HOST || '0.0.0.0'
// The app ends in order by itself (docs/compatibility.md#stopping).
process.env.NEXT_MANUAL_SIG_HANDLE ||= 'true'
await import('./server.js')
