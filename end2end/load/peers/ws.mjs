// `ws` for Node, the plain library: a socket is a member of the group that its path names; each message is framed once
// for all of them by the library's own broadcast advice. Never more than the floor's agreement.
import { createRequire } from "node:module";
const { WebSocketServer } = createRequire(process.cwd() + "/")("ws");

const groups = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false, backlog: 4096 });
server.on("listening", () => console.log(`listening on 127.0.0.1:${server.address().port}`));
server.on("connection", (socket, request) => {
  const name = request.url;
  const group = groups.get(name) ?? new Set();
  groups.set(name, group.add(socket));
  socket.on("message", (message) => {
    for (const member of group) member.send(message, { binary: false });
  });
  socket.on("close", () => group.delete(socket));
  socket.on("error", () => socket.terminate());
});
