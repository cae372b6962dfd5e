/** memlab's heap as a whole process: load, dominators, retained sizes, and a histogram of them. `node memlab.cjs FOLDER-OF-PACKAGES FILE` */
const { createRequire } = require('node:module');
const [folder, file] = process.argv.slice(2);
const { getFullHeapFromFile } = createRequire(`${folder}/package.json`)('@memlab/heap-analysis');

void getFullHeapFromFile(file).then((heap) => {
  const classes = new Map();
  heap.nodes.forEach((node) => {
    const sum = classes.get(node.name) ?? { count: 0, retained: 0 };
    sum.count++;
    sum.retained += node.retainedSize;
    classes.set(node.name, sum);
  });
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`\n${JSON.stringify({ objects: heap.nodes.length, classes: classes.size, peakBytes })}\n`);
  process.exit(0);
});
