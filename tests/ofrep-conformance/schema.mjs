// The published OpenAPI of OFREP 0.3, and where it rejects what is right.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const document = parse(readFileSync(new URL('./openapi.yaml', import.meta.url), 'utf8'));

/** What is changed in the published text, and why. Everything else holds as published. */
export const patches = [
  {
    why: 'a value matches more than one of its types (3 is an integer and a float, and everything matches codeDefaultFlag), so oneOf rejects every answer: anyOf',
    apply({ evaluationSuccess }) {
      const values = evaluationSuccess.allOf.find(part => part.oneOf);
      values.anyOf = values.oneOf;
      delete values.oneOf;
    },
  },
  {
    why: 'the reasons DEFAULT, CACHED and STALE of the OpenFeature specification are missing',
    apply({ evaluationSuccess }) {
      evaluationSuccess.allOf.find(part => part.properties).properties.reason.enum.push('DEFAULT', 'CACHED', 'STALE');
    },
  },
];

patches.forEach(patch => patch.apply(document.components.schemas));
const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: false, allErrors: true });
ajv.addSchema(document, 'ofrep');

/** Throws when the data is not what the schema of that name says. */
export function valid(name, data) {
  const check = ajv.getSchema(`ofrep#/components/schemas/${name}`);
  if (!check(data)) {
    throw new Error(`${JSON.stringify(data)} is no ${name}: ${ajv.errorsText(check.errors)}`);
  }
}
