// A Teahouse of a test's own: the release binary, copied alone into an empty folder, on a free loopback port.
// Never an assertion.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

// Another build can be tried by name; `make test` tries the release.
const built = process.env["TEAHOUSE_BINARY"] ?? path.resolve(__dirname, "../../target/release/teahouse");

export class Server {
  private log = "";
  private heardLink: (link: string) => void = () => {};

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly flags: string[],
    private readonly variables: Record<string, string>,
    private process: ChildProcess | undefined,
  ) {}

  static async start(flags: string[] = [], variables: Record<string, string> = {}): Promise<Server> {
    if (!existsSync(built)) throw new Error("target/release/teahouse is missing; run: make build");
    const folder = mkdtempSync(path.join(tmpdir(), "teahouse-"));
    copyFileSync(built, path.join(folder, "teahouse"));
    const server = new Server(await freePort(), folder, flags, variables, undefined);
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the program and waits until it says that it listens. */
  async up(): Promise<void> {
    const child = spawn(
      path.join(this.folder, "teahouse"),
      ["serve", "--listen", `127.0.0.1:${this.port}`, ...this.flags],
      // Tests speak faster than people do, all from one address; those about limits turn them on.
      { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"], env: { TEAHOUSE_LIMITS: "off", ...this.variables } },
    );
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      this.log = "";
      child.stderr.on("data", (chunk: Buffer) => {
        this.log += chunk.toString();
        if (this.log.includes("listening on")) resolve();
        if (this.setUpLink) this.heardLink(this.setUpLink);
      });
      child.once("exit", (code) => reject(new Error(`teahouse ended with ${code}: ${this.log}`)));
      child.once("error", reject);
    });
  }

  /** The link in its log that makes the first administrator. */
  async firstLink(): Promise<string> {
    return this.setUpLink ?? new Promise((resolve) => (this.heardLink = resolve));
  }

  private get setUpLink(): string | undefined {
    return /http:\/\/\S+\/setup\/[0-9a-f]{64}/.exec(this.log)?.[0];
  }

  /** Asks it to stop, as a supervisor would, and waits for the end. */
  async down(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  /** Does an errand on what is its, such as `backup FILE`, in its folder. */
  errand(...words: string[]): string {
    return execFileSync(path.join(this.folder, "teahouse"), words, { cwd: this.folder, encoding: "utf8", env: {} });
  }

  /** Changes its SQLite database past it, while it is down: time that a test cannot wait for. */
  sql(statement: string): void {
    const script = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()";
    execFileSync("python3", ["-c", script, path.join(this.folder, "data", "teahouse.db"), statement]);
  }

  /** Ends it at once, as a power cut would, and waits for the end. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes it the same moment for a program for ever (UTC); time that passes, as timeouts do, is not touched. */
export function stoppedClock(moment: string): Record<string, string> {
  const libraries = readdirSync("/usr/lib").map((place) => path.join("/usr/lib", place, "faketime/libfaketimeMT.so.1"));
  const library = libraries.find(existsSync);
  if (!library) throw new Error("faketime is missing; run: .ci/tools test");
  return { LD_PRELOAD: library, FAKETIME: moment, TZ: "UTC", FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
