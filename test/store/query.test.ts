import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { LEVELS, type LogRecord } from "../../src/model.ts";
import { compileQuery } from "../../src/store/query.ts";
import { openReader, type Reader } from "../../src/store/reader.ts";
import { rowsOf } from "../../src/store/rows.ts";
import { openSegments } from "../../src/store/segments.ts";
import { cpuTime } from "../helpers/cpu-time.ts";
import { tempFolder } from "../helpers/temp.ts";
import { originOf, recordOf } from "./records.ts";

/** A condition in words of the language, and the same as a plain function. */
interface Case {
  readonly text: string;
  readonly test: (record: LogRecord) => boolean;
}

const words = [
  "foo",
  "bar",
  "a_b",
  "50%",
  "Ünï",
  "x\\y",
  "(z)",
  'say "hi"',
  "it's",
  "-dash",
  "AND",
  "a:b",
  "*",
  "/api/x",
];
const word = fc.constantFrom(...words);
const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const records = fc
  .array(
    fc.record({
      source: fc.constantFrom("access", "app"),
      file: fc.constantFrom("/var/log/access.log", "/var/log/app/server.log", "C:\\logs\\app.log"),
      raw: fc.array(word, { maxLength: 4 }).map((list) => list.join(" ")),
      level: fc.constantFrom(undefined, ...LEVELS),
      status: fc.constantFrom(undefined, 200, 404, 500, "503", "failed"),
      path: fc.constantFrom(undefined, "/api/items/1", "/api", "/Login", "/api/a b"),
      took: fc.constantFrom(undefined, 0.5, 12, -3, "7", "10.0.0.1", true, null),
      nested: fc.constantFrom(undefined, "deep", 5),
      error: fc.constantFrom(undefined, "no match"),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) =>
    list.map(({ source, file, raw, level, status, path, took, nested, error }, i) =>
      recordOf({
        origin: originOf(source, file, `${source}${file}`),
        offset: i * 100,
        raw,
        level,
        error,
        fields: {
          ...(status !== undefined && { status }),
          ...(path !== undefined && { path }),
          ...(took !== undefined && { took }),
          ...(nested !== undefined && { a: { b: nested } }),
        },
      }),
    ),
  );

/** Few records wait in rows, many stand in blocks. */
const repeats = fc.constantFrom(1, 60);

const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
const escaped = (text: string) => text.replace(/[\s*?\\"'():[\]{}<>=-]/g, "\\$&");
const isNumber = (value: unknown): value is number => typeof value === "number";
const numberOf = (value: unknown) =>
  isNumber(value)
    ? value
    : typeof value === "string" && /^-?\d+(\.\d*)?$/.test(value)
      ? Number(value)
      : undefined;
const statusOf = ({ fields }: LogRecord) =>
  fields.status === "failed" ? undefined : numberOf(fields.status);

const operators: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
};
const operator = fc.constantFrom(...Object.keys(operators));
const compare = (value: number | undefined, name: string, with_: number) =>
  value !== undefined && (operators[name]?.(value, with_) ?? false);

const term: fc.Arbitrary<Case> = fc.oneof(
  fc.tuple(word, fc.boolean()).map(([text, phrase]) => ({
    // AND is a word of the language, and a word that begins with a dash is a NOT, unless quoted.
    text: phrase || text === "AND" ? quoted(text) : escaped(text),
    test: (r: LogRecord) => fold(r.raw).includes(fold(text)),
  })),
  fc.constant({ text: "fo*bar", test: (r: LogRecord) => /fo.*bar/i.test(r.raw) }),
  fc.tuple(operator, fc.constantFrom(200, 404, 500, 450)).map(([name, value]) => ({
    text: `status:${name}${value}`,
    test: (r: LogRecord) => compare(statusOf(r), name, value),
  })),
  fc.constant({
    text: "status:[400 TO 500}",
    test: (r: LogRecord) => compare(statusOf(r), ">=", 400) && compare(statusOf(r), "<", 500),
  }),
  fc.constant({ text: "status:[* TO 404]", test: (r: LogRecord) => compare(statusOf(r), "<=", 404) }),
  fc.constant({ text: "status:failed", test: (r: LogRecord) => r.fields.status === "failed" }),
  fc.tuple(operator, fc.constantFrom(0.5, 7, 12, -3)).map(([name, value]) => ({
    text: `took:${name}${value}`,
    test: (r: LogRecord) =>
      name === "=" && typeof r.fields.took === "string"
        ? r.fields.took === String(value)
        : compare(numberOf(r.fields.took), name, value),
  })),
  fc.constantFrom(
    { text: "took:true", test: (r: LogRecord) => r.fields.took === true },
    { text: "took:*", test: (r: LogRecord) => r.fields.took !== undefined && r.fields.took !== null },
    { text: "path:/api/*", test: (r: LogRecord) => /^\/api\//.test(String(r.fields.path ?? "")) },
    { text: "path:/api", test: (r: LogRecord) => r.fields.path === "/api" },
    { text: "fields.path:/login", test: (r: LogRecord) => r.fields.path === "/Login" },
    { text: 'path:"/api/a b"', test: (r: LogRecord) => r.fields.path === "/api/a b" },
    { text: "path:/*/items/?", test: (r: LogRecord) => r.fields.path === "/api/items/1" },
    {
      text: "path:>=/api/a",
      test: (r: LogRecord) => typeof r.fields.path === "string" && r.fields.path >= "/api/a",
    },
    { text: "a.b:deep", test: (r: LogRecord) => JSON.stringify(r.fields.a) === '{"b":"deep"}' },
    { text: "a.b:>4", test: (r: LogRecord) => JSON.stringify(r.fields.a) === '{"b":5}' },
    { text: "source:app", test: (r: LogRecord) => r.origin.source === "app" },
    { text: "source:a*s", test: (r: LogRecord) => r.origin.source === "access" },
    { text: "file:access.log", test: (r: LogRecord) => r.origin.file.endsWith("/access.log") },
    { text: "file:*.log", test: () => true },
    { text: "file:C:\\logs\\app.log", test: (r: LogRecord) => r.origin.file.startsWith("C:") },
    { text: "file:app.log", test: (r: LogRecord) => r.origin.file.startsWith("C:") },
    { text: "level:warning", test: (r: LogRecord) => r.level === "warn" },
    { text: "level:>=error", test: (r: LogRecord) => r.level === "error" || r.level === "fatal" },
    { text: "level:[debug TO info]", test: (r: LogRecord) => r.level === "debug" || r.level === "info" },
    { text: "level:*", test: (r: LogRecord) => r.level !== undefined },
    { text: "error:match", test: (r: LogRecord) => r.error !== undefined },
    { text: "error:*", test: (r: LogRecord) => r.error !== undefined },
    { text: "message:FOO", test: (r: LogRecord) => r.raw.includes("foo") },
    { text: "/fo+ b/", test: (r: LogRecord) => /fo+ b/.test(r.raw) },
    { text: "/o b|bar|\\?/", test: (r: LogRecord) => /o b|bar|\?/.test(r.raw) },
    { text: "/^b|\\(/", test: (r: LogRecord) => /^b|\(/.test(r.raw) },
    { text: "raw:/[^a-o ]/", test: (r: LogRecord) => /[^a-o ]/.test(r.raw) },
    { text: "/FO{2}$/i", test: (r: LogRecord) => /FO{2}$/i.test(r.raw) },
    { text: "/x\\/|[\\/(]z/", test: (r: LogRecord) => /x\/|[/(]z/.test(r.raw) },
    { text: "path:/^\\/api.\\w+/", test: (r: LogRecord) => /^\/api.\w+/.test(String(r.fields.path)) },
    { text: "source:/^A/i", test: (r: LogRecord) => r.origin.source.startsWith("a") },
    { text: "level:/r$/", test: (r: LogRecord) => r.level === "error" },
    { text: "status:/0[03]/", test: (r: LogRecord) => /0[03]/.test(String(r.fields.status)) },
    { text: "error:/^no/", test: (r: LogRecord) => r.error !== undefined },
    { text: "nothing:/a?/", test: () => false },
    { text: "nothing:*", test: () => false },
  ),
);

const { expression } = fc.letrec<{ expression: Case }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    term,
    fc.tuple(tie("expression"), fc.constantFrom(" AND ", " "), tie("expression")).map(([a, and, b]) => ({
      text: `(${a.text})${and}(${b.text})`,
      test: (r: LogRecord) => a.test(r) && b.test(r),
    })),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => ({
      text: `((${a.text}) OR (${b.text}))`,
      test: (r: LogRecord) => a.test(r) || b.test(r),
    })),
    fc.tuple(fc.constantFrom("-", "NOT "), tie("expression")).map(([not, a]) => ({
      text: `${not}(${a.text})`,
      test: (r: LogRecord) => !a.test(r),
    })),
    // Without parentheses AND binds closer than OR, and NOT closer than either.
    fc.tuple(term, term, term).map(([a, b, c]) => ({
      text: `${a.text} OR ${b.text} AND NOT ${c.text}`,
      test: (r: LogRecord) => a.test(r) || (b.test(r) && !c.test(r)),
    })),
  ),
}));

function found(reader: Reader, query: string): number[] {
  return reader
    .query({ query, order: "oldest", limit: Number.POSITIVE_INFINITY })
    .map(({ offset }) => offset)
    .sort((a, b) => a - b);
}

describe("query", () => {
  it("finds what a plain filter finds", async (t) => {
    const folder = tempFolder(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        records,
        repeats,
        fc.array(expression, { minLength: 30, maxLength: 30 }),
        async (few, times, cases) => {
          const all = Array.from({ length: times }, (_, i) =>
            few.map((record) => ({ ...record, offset: record.offset + i * 100_000 })),
          ).flat();
          const dataDir = join(folder, String(run++));
          const store = openSegments(join(dataDir, "store"), {
            maxBytes: 2 ** 30,
            maxAge: Number.POSITIVE_INFINITY,
          });
          await store.write(all);
          const reader = openReader(dataDir);
          try {
            for (const { text, test } of cases) {
              const expected = all.filter(test).map(({ offset }) => offset);
              assert.deepEqual(found(reader, text), expected, text);
              assert.equal(reader.count({ query: text }), expected.length, text);
            }
          } finally {
            reader.close();
            store.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("takes any text, or refuses it with a UserError", () => {
    const text = fc.string({
      unit: fc.constantFrom(
        ..."ab:*?\"'\\()[]{}<>=- /%_;\n",
        "AND",
        " OR ",
        "NOT ",
        " TO ",
        "status:",
        "level:",
        "/a+/i",
        "/[",
        "é",
      ),
    });
    const file = { source: "s", path: "/f" };
    const rows = rowsOf([recordOf({ raw: "a b", level: "debug", fields: { a: "b", status: 200 } })], 0);
    fc.assert(
      fc.property(text, (query) => {
        try {
          assert.equal(typeof compileQuery(query)(rows, 0, file), "boolean");
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("marks the place of a mistake", () => {
    const cases: [string, RegExp, number][] = [
      ["a AND (b OR", /stops short/, 11],
      ["a )", /can't stand here/, 2],
      ["AND a", /can't stand here/, 0],
      ["a OR OR b", /can't stand here/, 5],
      ['x "open', /no partner/, 2],
      ["a level:loud", /no level/, 2],
      ["status:", /needs a value/, 7],
      ["a ()", /nothing between/, 2],
      ["took:[1 2]", /\[low TO high\]/, 5],
      ["time:>soon", /no time/, 0],
      ["a time:>2026-02-30", /"2026-02-30" is no time/, 2],
      ["time:[2026-11-22 TO tomorrow 5]", /low TO high/, 5],
      ["time:2026-11-22T10", /is no time/, 0],
      ["took:>1*", /wildcard/, 0],
      ["a /(b/", /no regular expression: Unterminated group/, 2],
      ["a path:/[b-a]/i", /no regular expression: Range out of order/, 2],
      ["time:/2/", /no expressions/, 0],
    ];
    for (const [query, message, at] of cases) {
      assert.throws(
        () => compileQuery(query),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, message);
          assert.equal(error.message.split("\n")[2]?.indexOf("^"), at + 2, error.message);
          return true;
        },
        query,
      );
    }
  });

  it("takes paths for words, not for expressions", () => {
    const file = { source: "s", path: "/f" };
    const rows = rowsOf([recordOf({ raw: "GET /api/v1/items/ HTTP", fields: { path: "/api/v1/" } })], 0);
    assert.equal(compileQuery("(path:/api/v1/ status:[1 TO 2]) OR -x:/[0]/")(rows, 0, file), true);
    for (const query of ["/api/v1", "/api/v1/items/", "path:/api/v1/", "path:/api/*", "GET /api/v1/items"])
      assert.equal(compileQuery(query)(rows, 0, file), true, query);
    assert.equal(compileQuery('"/api.v1/"')(rows, 0, file), false);
    assert.equal(compileQuery("/api.v1/")(rows, 0, file), true);
  });

  it("ends an expression that runs away, names its place, and does not try again", () => {
    const file = { source: "s", path: "/f" };
    const rows = rowsOf([recordOf({ raw: "aab" }), recordOf({ raw: `${"a".repeat(50)}c`, offset: 100 })], 0);
    const matches = compileQuery("a /^(a+)+b/");
    const refusal = (error: unknown): boolean =>
      error instanceof UserError && /takes too long .*\(column 3\)/.test(error.message.split("\n")[0] ?? "");
    assert.throws(() => matches(rows, 0, file), refusal);
    const start = cpuTime();
    for (let i = 0; i < 100; i++) assert.throws(() => matches(rows, 0, file), refusal);
    assert.ok(cpuTime() - start < 500);
  });

  it("reads large queries in reasonable time", () => {
    const start = cpuTime();
    compileQuery(Array.from({ length: 100 }, (_, i) => `(a${i} OR -b${i})`).join(" "));
    compileQuery(`${"(".repeat(200)}a${")".repeat(200)}`);
    assert.ok(cpuTime() - start < 3000);
    assert.throws(() => compileQuery("a ".repeat(400)), UserError);
    assert.throws(() => compileQuery("a".repeat(20_000)), UserError);
  });
});
