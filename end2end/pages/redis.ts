// A real redis-server of a test's own, on a free loopback port, without a disk. Never an assertion.
import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { freePort } from "./server";

export class Redis {
  private constructor(
    readonly port: number,
    private process: ChildProcess | undefined,
  ) {}

  static async start(): Promise<Redis> {
    const redis = new Redis(await freePort(), undefined);
    await redis.up();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty, on its port and waits until it answers. */
  async up(): Promise<void> {
    const flags = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    this.process = spawn("redis-server", flags, { stdio: "ignore" });
    while (!(await this.answers())) {
      if (this.process.exitCode !== null) throw new Error("redis-server ended at once");
    }
  }

  /** As in a power cut. */
  async down(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1", () => socket.write("PING\r\n"));
      socket.once("data", (answer) => {
        socket.destroy();
        resolve(answer.toString().startsWith("+PONG"));
      });
      socket.once("error", () => resolve(false));
    });
  }
}
