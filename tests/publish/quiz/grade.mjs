/** The page's grader for Python's tests: [key, response] pairs as JSON on stdin, their verdicts on stdout. */
import { readFileSync } from "node:fs";
import { load } from "../../../web/load.mjs";

const { grade } = await load("grade");
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(([key, response]) => grade(key, response))));
