// uWebSockets with its own publish and subscribe: the group is a topic. Never more than the floor's agreement.
const uws = require("module").createRequire(process.cwd() + "/")("@trufflesuite/uws-js-unofficial");

const port = Number(process.argv[2]);
const app = uws.App().ws("/*", {
  compression: uws.DISABLED,
  // Past it a slow reader loses messages; the same for all who have such a limit.
  maxBackpressure: 64 * 1024 * 1024,
  idleTimeout: 0,
  upgrade: (response, request, context) => {
    const header = (name) => request.getHeader(`sec-websocket-${name}`);
    response.upgrade({ group: request.getUrl() }, header("key"), header("protocol"), header("extensions"), context);
  },
  open: (socket) => socket.subscribe(socket.group ?? socket.getUserData().group),
  message: (socket, message) => app.publish(socket.group ?? socket.getUserData().group, message, false),
});
app.listen("127.0.0.1", port, (listening) => {
  if (listening) console.log(`listening on 127.0.0.1:${uws.us_socket_local_port(listening)}`);
  else process.exit(1);
});
