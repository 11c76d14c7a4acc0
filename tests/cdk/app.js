// An app in AWS CDK for the tests of `mycli ls`, `synth`, `diff` and `validate`. Context values choose what it holds:
//   only=NAME     `lookups`, `error`, `fails`, `waits`, `stores`, `news` or `images` instead of the two stages
//   prefix=TEXT   how the name of the stack of `stores` and `news` begins
//   size=NUMBER   what the table of `stores` is changed by
//   title=TEXT    the title of the topic in the nested stack of `news`
const {
  App, Annotations, CfnOutput, DefaultStackSynthesizer, NestedStack, RemovalPolicy, Stack, Stage, Tags,
} = require('aws-cdk-lib');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const ec2 = require('aws-cdk-lib/aws-ec2');
const ecr = require('aws-cdk-lib/aws-ecr-assets');
const sns = require('aws-cdk-lib/aws-sns');
const sqs = require('aws-cdk-lib/aws-sqs');
const ssm = require('aws-cdk-lib/aws-ssm');

const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

function stage(name, region) {
  const stage = new Stage(app, name, { env: { account: '111122223333', region } });
  const data = new Stack(stage, 'Data', { terminationProtection: name === 'Prod' });
  const letters = new sqs.Queue(data, 'Letters');
  new sns.Topic(new NestedStack(data, 'News'), 'Topic');
  const api = new Stack(stage, 'Api', { stackName: `api-${name.toLowerCase()}` });
  Tags.of(api).add('team', 'mail');
  new ssm.StringParameter(api, 'Where', { stringValue: letters.queueUrl });
  Annotations.of(api).addWarningV2('mail:slow', 'letters take a day');
}

function lookups() {
  const stack = new Stack(app, 'Lookups', { env });
  new CfnOutput(stack, 'Zones', { value: stack.availabilityZones.join(',') });
  new CfnOutput(stack, 'Greeting', { value: ssm.StringParameter.valueFromLookup(stack, '/mycli-test/greeting') });
  const image = new ec2.LookupMachineImage({ name: 'al2023-ami-*', owners: ['amazon'] }).getImage(stack);
  new CfnOutput(stack, 'Image', { value: image.imageId });
  const network = app.node.tryGetContext('network');
  if (network) {
    const vpc = ec2.Vpc.fromLookup(stack, 'Network', { vpcId: network });
    new CfnOutput(stack, 'Subnets', { value: vpc.isolatedSubnets.map((one) => one.subnetId).join(',') });
  }
}

function stores() {
  const prefix = app.node.tryGetContext('prefix');
  const size = Number(app.node.tryGetContext('size') ?? 0);
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  const stack = new Stack(app, `${prefix}Stores`, { env, synthesizer });
  new dynamodb.CfnTable(stack, 'Letters', {
    keySchema: [{ attributeName: size > 1 ? 'sender' : 'id', keyType: 'HASH' }],
    attributeDefinitions: [{ attributeName: size > 1 ? 'sender' : 'id', attributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
  }).applyRemovalPolicy(RemovalPolicy.DESTROY);
  new sqs.CfnQueue(stack, 'Inbox', { delaySeconds: size > 0 ? 60 : 5 });
}

function news() {
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  const stack = new Stack(app, `${app.node.tryGetContext('prefix')}Mail`, { env, synthesizer });
  new sqs.CfnQueue(stack, 'Inbox');
  const nested = new NestedStack(stack, 'News');
  new sns.CfnTopic(nested, 'Topic', { displayName: app.node.tryGetContext('title') });
}

// Images of what is in the working directory: a directory with a Dockerfile, and an archive.
function images() {
  const stack = new Stack(new Stage(app, 'Images'), 'Web');
  const built = new ecr.DockerImageAsset(stack, 'Built', { directory: 'web', buildArgs: { WORD: 'cdk' } });
  const saved = new ecr.TarballImageAsset(stack, 'Saved', { tarballFile: 'image.tar' });
  new ssm.StringParameter(stack, 'Parameter', { stringValue: built.imageUri });
  new CfnOutput(stack, 'BuiltTag', { value: built.imageTag });
  new CfnOutput(stack, 'SavedTag', { value: saved.imageTag });
}

switch (app.node.tryGetContext('only')) {
  case 'lookups':
    lookups();
    break;
  case 'stores':
    stores();
    break;
  case 'news':
    news();
    break;
  case 'images':
    images();
    break;
  case 'error': {
    const stack = new Stack(app, 'Wrong', { env });
    new sqs.CfnQueue(stack, 'Letters', { delaySeconds: 9000 });
    Annotations.of(stack).addError('letters are kept for too long');
    break;
  }
  case 'fails':
    throw new Error('the app has no letters');
  case 'waits':
    console.error('ready');
    setInterval(() => {}, 1000);
    break;
  default:
    stage('Prod', 'eu-west-1');
    stage('Dev', 'us-east-1');
}
