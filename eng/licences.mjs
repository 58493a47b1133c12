// Writes docs/licences.md: every package of the lock files with its licence. Usage: node eng/licences.mjs [--check]
// With --check it writes nothing and fails when the list is not what it would write. Needs restored packages (dotnet restore).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const list = join(root, 'docs', 'licences.md');
const run = (program, ...args) => execFileSync(program, args, { cwd: root, encoding: 'utf8' });
const json = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

// Packages that name no licence by its SPDX id; read by a person at the address or in the file that they name.
const read = {
  'Apache.Arrow': 'Apache-2.0',
  'CommandLineParser': 'MIT',
  'Microsoft.DotNet.PlatformAbstractions': 'MIT',
  'MediatR': 'Apache-2.0',
  'System.Security.Cryptography.ProtectedData': 'MIT',
};

const folder = run('dotnet', 'nuget', 'locals', 'global-packages', '-l').replace(/^[^:]*:\s*/, '').trim();

function nuget(name, version) {
  const file = join(folder, name.toLowerCase(), version.toLowerCase(), `${name.toLowerCase()}.nuspec`);
  if (!existsSync(file)) {
    throw new Error(`${name} ${version} is not restored; run dotnet restore first`);
  }

  const text = readFileSync(file, 'utf8');
  return text.match(/<license type="expression">([^<]+)</)?.[1] ?? read[name] ?? `not said by id: ${text.match(/<licenseUrl>([^<]+)</)?.[1] ?? 'no licence'}`;
}

const rows = new Map();
function add(kind, name, version, licence, use) {
  const key = `${kind} ${name} ${version}`;
  const row = rows.get(key) ?? { kind, name, version, licence, use: 'tests' };
  row.use = use === 'product' ? 'product' : row.use;
  rows.set(key, row);
}

for (const file of run('git', 'ls-files', '*packages.lock.json').trim().split('\n')) {
  for (const packages of Object.values(json(file).dependencies)) {
    for (const [name, { type, resolved }] of Object.entries(packages)) {
      if (type !== 'Project') {
        add('NuGet', name, resolved, nuget(name, resolved), file.startsWith('src/') ? 'product' : 'tests');
      }
    }
  }
}

for (const file of run('git', 'ls-files', '*package-lock.json').trim().split('\n')) {
  for (const [path, { version, license, link }] of Object.entries(json(file).packages)) {
    const name = path.split('node_modules/').at(-1);
    if (name && path.includes('node_modules/') && !link) {
      add('npm', name, version, license ?? 'not said by id', 'tests');
    }
  }
}

const sorted = [...rows.values()].sort((a, b) => (a.kind + a.name.toLowerCase() + a.version < b.kind + b.name.toLowerCase() + b.version ? -1 : 1));
const text = `# Licences of dependencies

Written by \`node eng/licences.mjs\`; change nothing here by hand. *Product* packages are part of what runs; the others build and test it, or are samples. \`eng/sbom.sh\` writes a bill of materials (CycloneDX) of the product.

| from | package | version | licence | use |
|---|---|---|---|---|
${sorted.map((row) => `| ${row.kind} | ${row.name} | ${row.version} | ${row.licence} | ${row.use} |`).join('\n')}
`;

if (!process.argv.includes('--check')) {
  writeFileSync(list, text);
} else if (!existsSync(list) || readFileSync(list, 'utf8') !== text) {
  console.error('docs/licences.md is not what the lock files say: run node eng/licences.mjs.');
  process.exit(1);
}
