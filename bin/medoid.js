#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that a Node which is too old is told so instead of failing on syntax.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `medoid needs Node 22.18 or later, and this is ${process.versions.node}: see https://nodejs.org`,
  )
  process.exitCode = 2
} else {
  await import('../dist/cli.js')
}
