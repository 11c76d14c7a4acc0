// The peer of the synthesis benchmark: STACKS stacks of 50 resources (or SMALL=1: of 10), in AWS CDK.
// `bench.rs` beside the `synth` crate's examples declares the same infrastructure.
const { App, Stack, CfnOutput, Duration, RemovalPolicy, Tags } = require('aws-cdk-lib');
const dynamodb = require('aws-cdk-lib/aws-dynamodb');
const ec2 = require('aws-cdk-lib/aws-ec2');
const ecs = require('aws-cdk-lib/aws-ecs');
const iam = require('aws-cdk-lib/aws-iam');
const logs = require('aws-cdk-lib/aws-logs');
const s3 = require('aws-cdk-lib/aws-s3');

const text = (name) => ({ name, type: dynamodb.AttributeType.STRING });
const tasks = () => new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
const image = (name) => ecs.ContainerImage.fromRegistry(name);
const DESTROY = RemovalPolicy.DESTROY;

function platform(stack) {
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
    availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    natGateways: 1,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
      { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
    ],
  });
  vpc.addGatewayEndpoint('S3Endpoint', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  vpc.addGatewayEndpoint('TableEndpoint', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
  const cluster = new ecs.Cluster(stack, 'Cluster', {
    vpc,
    enableFargateCapacityProviders: true,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
  });

  const table = new dynamodb.TableV2(stack, 'Table', {
    partitionKey: text('pk'),
    sortKey: text('sk'),
    timeToLiveAttribute: 'ttl',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: DESTROY,
    globalSecondaryIndexes: [
      { indexName: 'first', partitionKey: text('firstPk'), sortKey: text('firstSk') },
      {
        indexName: 'second',
        partitionKey: text('secondPk'),
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      },
    ],
  });
  const state = new dynamodb.TableV2(stack, 'State', { partitionKey: text('id'), removalPolicy: DESTROY });
  const bucket = new s3.Bucket(stack, 'Bucket', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const output = new logs.LogGroup(stack, 'Output', {
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: DESTROY,
  });
  const runnerOutput = new logs.LogGroup(stack, 'RunnerOutput', {
    retention: logs.RetentionDays.ONE_WEEK,
    removalPolicy: DESTROY,
  });

  const taskRole = new iam.Role(stack, 'TaskRole', { assumedBy: tasks() });
  const executionRole = new iam.Role(stack, 'ExecutionRole', { assumedBy: tasks() });
  const task = new ecs.FargateTaskDefinition(stack, 'Task', {
    cpu: 512,
    memoryLimitMiB: 1024,
    taskRole,
    executionRole,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
    volumes: [{ name: 'shared' }],
  });
  const sidecar = task.addContainer('sidecar', {
    image: image('public.ecr.aws/docker/library/busybox:1.36'),
    essential: false,
    command: ['sh', '-c', 'touch /shared/ready; sleep 3600'],
    logging: ecs.LogDrivers.awsLogs({ logGroup: output, streamPrefix: 'sidecar' }),
    healthCheck: {
      command: ['CMD-SHELL', 'test -f /shared/ready'],
      interval: Duration.seconds(10),
      retries: 3,
    },
  });
  const main = task.addContainer('main', {
    image: image('public.ecr.aws/docker/library/alpine:3.20'),
    command: ['sleep', '60'],
    environment: { TABLE: table.tableName, BUCKET: bucket.bucketName, LOG_LEVEL: 'info' },
    logging: ecs.LogDrivers.awsLogs({ logGroup: output, streamPrefix: 'main' }),
    portMappings: [{ containerPort: 8080 }],
  });
  const mount = { sourceVolume: 'shared', containerPath: '/shared' };
  sidecar.addMountPoints({ ...mount, readOnly: false });
  main.addMountPoints({ ...mount, readOnly: true });
  main.addContainerDependencies({
    container: sidecar,
    condition: ecs.ContainerDependencyCondition.HEALTHY,
  });
  table.grantReadWriteData(taskRole);
  bucket.grantReadWrite(taskRole);
  executionRole.addToPolicy(
    new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
  );

  const runner = new ecs.FargateTaskDefinition(stack, 'Runner', { cpu: 256, memoryLimitMiB: 512 });
  runner.addContainer('runner', {
    image: image('public.ecr.aws/docker/library/alpine:3.20'),
    environment: { STATE: state.tableName },
    logging: ecs.LogDrivers.awsLogs({ logGroup: runnerOutput, streamPrefix: 'runner' }),
  });
  state.grantReadData(runner.taskRole);

  const group = new ec2.SecurityGroup(stack, 'TaskGroup', { vpc, description: 'tasks' });
  group.addIngressRule(ec2.Peer.ipv4('10.0.0.0/16'), ec2.Port.tcp(8080), 'from the VPC');

  Tags.of(stack).add('project', 'bench');
  const subnets = vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS });
  new CfnOutput(stack, 'ClusterName', { value: cluster.clusterName });
  new CfnOutput(stack, 'TaskArn', { value: task.taskDefinitionArn });
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  new CfnOutput(stack, 'SubnetIds', { value: subnets.subnetIds.join(',') });
  new CfnOutput(stack, 'GroupId', { value: group.securityGroupId });
}

function small(stack) {
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: ['us-east-1a'],
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
  });
  new ecs.Cluster(stack, 'Cluster', { vpc });
  const table = new dynamodb.TableV2(stack, 'Table', { partitionKey: text('pk'), removalPolicy: DESTROY });
  const logGroup = new logs.LogGroup(stack, 'Output', { retention: logs.RetentionDays.ONE_MONTH });
  const role = new iam.Role(stack, 'TaskRole', { assumedBy: tasks() });
  const task = new ecs.FargateTaskDefinition(stack, 'Task', { taskRole: role, executionRole: role });
  task.addContainer('main', {
    image: image('public.ecr.aws/docker/library/alpine:3.20'),
    logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'main' }),
  });
  table.grantReadData(role);
  new CfnOutput(stack, 'TaskArn', { value: task.taskDefinitionArn });
}

const app = new App({
  outdir: process.env.OUT,
  context: require('aws-cdk-lib/recommended-feature-flags.json'),
});
const declare = process.env.SMALL ? small : platform;
for (let index = 0; index < Number(process.env.STACKS ?? 1); index++) {
  const env = { account: '123456789012', region: 'us-east-1' };
  declare(new Stack(app, `Bench${String(index).padStart(3, '0')}`, { env }));
}
app.synth();
