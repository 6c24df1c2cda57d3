// Socket.IO over its WebSocket transport: a group is a room; join is acknowledged, say is said to the whole room.
import { createRequire } from "node:module";
import { createServer } from "node:http";
const { Server } = createRequire(process.cwd() + "/")("socket.io");

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.on("join", (group, joined) => {
    socket.join(group);
    joined();
  });
  socket.on("say", (group, body) => io.to(group).emit("said", body));
});
http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 }, () => {
  console.log(`listening on 127.0.0.1:${http.address().port}`);
});
