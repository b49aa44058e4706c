// FEEL of Tongban and the feelin package side by side: node run.mjs FEEL_BENCH [SECONDS]
// One JSON line a case, with the ratio of the rates; the last line has the geometric mean and the least ratio.
import {readFileSync} from 'node:fs'
import {execFileSync} from 'node:child_process'
import {evaluate, unaryTest} from 'feelin'

const [bench, seconds = '0.5'] = process.argv.slice(2)
const file = new URL('cases.json', import.meta.url)
const cases = JSON.parse(readFileSync(file, 'utf8'))
const budget = Number(seconds) * 1000
const version = JSON.parse(readFileSync(new URL('node_modules/feelin/package.json', import.meta.url), 'utf8')).version

// Some releases answer {value, warnings}, others the value itself.
const plain = r => r !== null && typeof r === 'object' && 'value' in r && 'warnings' in r ? r.value : r
const run = c => plain(c.kind === 'unary-tests' ? unaryTest(c.expr, c.context) : evaluate(c.expr, c.context))

function rate(fn) {
	for (let i = 0; i < 200; i++) fn(i)                      // warm
	const began = performance.now()
	let n = 0, spent = 0
	while (spent < budget) {
		for (let i = 0; i < 32; i++) fn(n++)
		spent = performance.now() - began
	}
	return n * 1000 / spent
}

// feelin has no tables: a table on it tests cell by cell and takes the first row whose cells all hold.
const rows = Array.from({length: 20}, (_, i) => ({
	cells: [`[${3 * i}..${3 * i + 30})`, `"k${i % 4}"`, `< ${10 + i}`, i % 3 ? '"yes"' : '-', `>= ${i}`, `"x${i % 5}", "y${i % 3}"`], out: 10 * i}))
function decide(n) {
	const input = [n % 70, `k${n % 4}`, n % 30, n % 2 ? 'yes' : 'no', n % 23, `x${n % 5}`]
	for (const r of rows)
		if (r.cells.every((cell, i) => cell === '-' || plain(unaryTest(cell, {'?': input[i]})) === true)) return r.out
	return null
}
let sum = 0, hits = 0
for (let i = 0; i < 1000; i++) {
	const out = decide(i)
	if (out !== null) sum += out, hits++
}

const ours = execFileSync(bench, [file.pathname, seconds], {encoding: 'utf8'}).trim().split('\n').map(l => JSON.parse(l))
const ratios = []
let differ = 0
function line(name, theirs, mine, value, expected, against) {
	const ratio = mine / theirs
	const same = JSON.stringify(value) === JSON.stringify(expected)
	ratios.push(ratio)
	if (!same) differ++
	console.log(JSON.stringify({bench: 'feelin', name, against, tongban: Math.round(mine), feelin: Math.round(theirs), ratio: Math.round(ratio * 10) / 10, same,
		...(same ? {} : {found: value, feelin_found: expected})}))
}
cases.forEach((c, i) => {
	const theirs = rate(() => run(c))
	line(c.name, theirs, ours[i].parse_and_evaluate, ours[i].value, run(c), 'parse and evaluate')
})
line('table 20x6', rate(decide), ours.at(-1).parsed_once, ours.at(-1).value, [sum, hits], 'table')
const mean = Math.exp(ratios.reduce((s, r) => s + Math.log(r), 0) / ratios.length)
console.log(JSON.stringify({bench: 'feelin', feelin: version, node: process.version, cases: ratios.length, geometric_mean: Math.round(mean * 10) / 10,
	least: Math.round(Math.min(...ratios) * 10) / 10, differing: differ}))
process.exitCode = 0
