/** memlab's heap as a whole process: load, dominators, retained sizes, and a histogram of them. `node memlab.cjs FOLDER-OF-PACKAGES FILE` */
const { createRequire } = require('node:module');
const [folder, file] = process.argv.slice(2);
const { getFullHeapFromFile } = createRequire(`${folder}/package.json`)('@memlab/heap-analysis');

void getFullHeapFromFile(file).then((heap) => {
  const classes = new Map();
  let retainedBytes = 0;
  heap.nodes.forEach((node) => {
    const sum = classes.get(node.name) ?? { count: 0, retained: 0 };
    sum.count++;
    sum.retained += node.retainedSize;
    retainedBytes += node.retainedSize;
    classes.set(node.name, sum);
  });
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const counts = { objects: heap.nodes.length, edges: heap.edges.length, classes: classes.size, retainedBytes };
  process.stdout.write(`\n${JSON.stringify({ ...counts, peakBytes })}\n`);
  process.exit(0);
});
