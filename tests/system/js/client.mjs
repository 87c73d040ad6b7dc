// A stock client: logs in over HTTP, listens over Socket.IO, and prints one JSON object a line.
import { io } from "socket.io-client";

const [url, username, password] = process.argv.slice(2);
const say = (kind, data) => console.log(JSON.stringify({ kind, data }));

let auth = {};
if (username) {
  const answer = await fetch(`${url}/api/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  auth = { token: (await answer.json()).token };
}
const socket = io(url, { auth, reconnection: false });
socket.on("connect", () => say("connected", null));
socket.on("connect_error", (error) => {
  say("refused", { message: error.message, data: error.data ?? null });
  socket.close();
});
socket.on("emailQueueUpdate", (status) => say("emailQueueUpdate", status));
process.stdin.on("end", () => socket.close()).resume();
