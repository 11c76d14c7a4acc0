// Reads a list of construct paths and writes the logical id that CDK gives each, or what it says against it.
const { CfnResource, Stack } = require('aws-cdk-lib');
const { Construct } = require('constructs');

const idOf = (path) => {
  const stack = new Stack(undefined, 'Stack');
  const ids = path.split('/');
  const last = ids.pop();
  const scope = ids.reduce((parent, id) => new Construct(parent, id), stack);
  try {
    const resource = new CfnResource(scope, last, { type: 'Test::Any::Thing' });
    return { id: stack.resolve(resource.logicalId) };
  } catch (error) {
    return { error: error.message };
  }
};

const paths = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(paths.map(idOf)));
