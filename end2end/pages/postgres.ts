// A real PostgreSQL of a test's own, on a free loopback port, in a folder that goes with it. Never an assertion.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./server";

export class Postgres {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(path.join(tmpdir(), "teahouse-pg-"));
    const who = user();
    if (who.uid !== undefined) chownSync(folder, who.uid, who.gid!);
    const initdb = ["-D", folder, "-U", "teahouse", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale", "C.UTF-8"];
    execFileSync(program("initdb"), initdb, { ...who, cwd: "/", stdio: "ignore" });
    const port = await freePort();
    const flags = ["-D", folder, "-p", `${port}`, "-h", "127.0.0.1", "-c", "fsync=off", "-c", "unix_socket_directories="];
    const child = spawn(program("postgres"), flags, { ...who, cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
    const postgres = new Postgres(port, folder, child);
    await new Promise<void>((resolve, reject) => {
      let log = "";
      child.stderr.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes("ready to accept connections")) resolve();
      });
      child.once("exit", () => reject(new Error(`postgres ended at once: ${log}`)));
    });
    return postgres;
  }

  get url(): string {
    return `postgres://teahouse@127.0.0.1:${this.port}/postgres`;
  }

  /** Nothing in it moves any more, and nobody is told: connections stay, and are not answered. */
  freeze(): void {
    this.signal("SIGSTOP");
  }

  thaw(): void {
    this.signal("SIGCONT");
  }

  /** To it and everyone that it started, itself first: it would start others. */
  private signal(signal: NodeJS.Signals): void {
    const pid = this.process.pid!;
    process.kill(pid, signal);
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", `${pid}`], { encoding: "utf8" });
    for (const child of children.trim().split(/\s+/)) {
      try {
        process.kill(Number(child), signal);
      } catch (error) {
        // One that has ended since it was listed needs no signal.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  async remove(): Promise<void> {
    this.thaw();
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGQUIT");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Debian keeps PostgreSQL's programs by version. */
function program(name: string): string {
  const versions = "/usr/lib/postgresql";
  const found = existsSync(versions) ? readdirSync(versions).sort().reverse() : [];
  return found.map((version) => path.join(versions, version, "bin", name)).find(existsSync) ?? name;
}

/** Whom to become, if root: PostgreSQL refuses to run as root. */
function user(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const found = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  return { uid: Number(found![2]), gid: Number(found![3]) };
}
