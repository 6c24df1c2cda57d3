// The tutorial's Django app on a test's own Redis, by the virtual environment that `.ci/tools test` makes. Never an assertion.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const cache = process.env["TEAHOUSE_CACHE"] ?? path.join(homedir(), ".cache/teahouse");
const python = path.join(cache, "django/bin/python");
const app = path.resolve(__dirname, "../django/serve.py");

export class Django {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
  ) {}

  /** By either wire of channels_redis. */
  static async start(backend: "core" | "pubsub", redis: string): Promise<Django> {
    if (!existsSync(python)) throw new Error(`${python} is missing; run: .ci/tools test`);
    const env = { LAYER_BACKEND: backend, LAYER_HOSTS: JSON.stringify([redis]), PYTHONDONTWRITEBYTECODE: "1" };
    const child = spawn(python, [app, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"], env });
    const port = await new Promise<number>((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const [, port] = /listening on 127\.0\.0\.1:(\d+)\n/.exec(said) ?? [];
        if (port) resolve(Number(port));
      });
      child.once("exit", (code) => reject(new Error(`Django ended with ${code}`)));
      child.once("error", reject);
    });
    return new Django(port, child);
  }

  async down(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }
}
