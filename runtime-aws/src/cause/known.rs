//! The causes that are known: from what AWS says to a stable code and to what to do next.

/// A cause: what its text holds, all words of one of these; its code; what to do next.
pub(super) struct Known {
    pub(super) texts: &'static [&'static [&'static str]],
    pub(super) code: &'static str,
    pub(super) hint: &'static str,
}

const fn known(
    code: &'static str,
    hint: &'static str,
    texts: &'static [&'static [&'static str]],
) -> Known {
    Known { texts, code, hint }
}

/// What the words of a failure that is the network's hold.
macro_rules! unreachable_words {
    ($($word:literal),+) => {
        &[
            $(
                &[$word, "i/o timeout"],
                &[$word, "dial tcp"],
                &[$word, "connection refused"],
                &[$word, "connection reset"],
                &[$word, "no such host"],
                &[$word, "deadline exceeded"],
                &[$word, "request canceled"],
                &[$word, "TLS handshake timeout"],
                &[$word, "name resolution"],
            )+
        ]
    };
}

/// The causes that are known; the first that fits counts.
pub(super) const KNOWN: [Known; 36] = [
    known(
        "memory.exhausted",
        "the command used more memory than the task has: give it more with `mycli exec --memory`",
        &[&["OutOfMemory"]],
    ),
    known(
        "agent.missing",
        "upload the agent again with `mycli init`",
        &[
            &["/mycli/agent", "no such file"],
            &["dependency", "exited with"],
            &["install", "CannotPullContainerError", "mycli", "not found"],
        ],
    ),
    known(
        "image.platform",
        "use an image for the platform that the installation runs on (linux/amd64 unless set otherwise)",
        &[
            &["descriptor matching platform"],
            &["no match for platform"],
            &["exec format error"],
            &["does not match the specified platform"],
            &["image operating system"],
        ],
    ),
    known(
        "image.rate-limited",
        "wait, or copy the image to ECR and use it from there",
        &[
            &["toomanyrequests"],
            &["pull rate limit"],
            &["429 Too Many Requests"],
        ],
    ),
    known(
        "image.not-found",
        "check the image's name and tag; a private image must be in ECR of this account, or be allowed to it",
        &[
            &["manifest", "not found"],
            &["manifest unknown"],
            &["No such image"],
            &["repository", "not found"],
            &["failed to resolve ref", "not found"],
            &["name unknown"],
            &["does not exist or no pull access"],
            &["pull access denied"],
            &["repository does not exist"],
        ],
    ),
    known(
        "image.denied",
        "allow the installation's execution role to pull the image, or use one that it may pull",
        &[
            &["CannotPull", "403"],
            &["CannotPull", "401"],
            &["CannotPull", "denied"],
            &["CannotPull", "unauthorized"],
            &["CannotPull", "not authorized"],
            &["CannotPull", "no basic auth credentials"],
            &["pull", "ecr:", "not authorized to perform"],
        ],
    ),
    known(
        "image.too-large",
        "use a smaller image, or give the task more ephemeral storage",
        &[
            &["CannotPull", "no space left"],
            &["CannotPull", "disk"],
            &["failed to register layer"],
        ],
    ),
    known(
        "image.unusable",
        "the image is not one that ECS can unpack: build it again, as an OCI or Docker v2 image",
        &[
            &["CannotPull", "unsupported", "media type"],
            &["CannotPull", "failed to extract"],
            &["CannotPull", "unpack"],
            &["CannotPull", "failed commit"],
            &["invalid reference format"],
        ],
    ),
    known(
        "secret.unreachable",
        "check that the subnets have a way to Secrets Manager or Systems Manager: a public address, a NAT gateway or endpoints",
        unreachable_words!(
            "secretsmanager",
            "unable to retrieve secret",
            "ssm:GetParameters",
            "fetching secret"
        ),
    ),
    known(
        "image.unreachable",
        "check that the subnets have a way to the registry: a public address, a NAT gateway or endpoints",
        unreachable_words!("CannotPull", "get ecr registry auth", "pull image"),
    ),
    known(
        "image.unreachable",
        "check that the subnets have a way to the registry: a public address, a NAT gateway or endpoints",
        &[
            &["CannotPull", "timeout"],
            &["CannotPull", "lookup"],
            &["CannotPull", "EOF"],
            &["CannotPull", "invalid argument"],
            &["image", "Temporary failure in name resolution"],
        ],
    ),
    known(
        "logs.unreachable",
        "check that the subnets have a way to CloudWatch Logs: a public address, a NAT gateway or endpoints",
        unreachable_words!("logging driver", "logger", "Cloudwatch log stream"),
    ),
    known(
        "key.denied",
        "allow the installation's roles to use the key (kms:Decrypt), in its key policy too",
        &[
            &["kms", "AccessDenied"],
            &["kms:Decrypt"],
            &["KMSKeyNotAccessible"],
            &["KMSAccessDenied"],
        ],
    ),
    known(
        "environment.unreadable",
        "check that the file of variables exists and that the installation's execution role may read it",
        &[
            &["unable to download env files"],
            &["failed to download env files"],
            &["environment file"],
        ],
    ),
    known(
        "secret.unreadable",
        "check that the secret exists and that the installation's execution role may read it",
        &[
            &["unable to pull secrets"],
            &["retrieve secret"],
            &["GetSecretValue"],
            &["ssm:GetParameters"],
            &["secretsmanager"],
            &["invalid ssm parameters"],
        ],
    ),
    known(
        "logs.missing",
        "the installation's log group is gone or not writable: repair it with `mycli init`",
        &[
            &["log group does not exist"],
            &["failed to validate logger args"],
            &["CannotCreateLogGroup"],
            &["failed to initialize logging driver"],
            &["logs:CreateLogStream"],
        ],
    ),
    known(
        "role.service-linked",
        "the account has no service-linked role for ECS yet: `aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com`",
        &[&["service linked role"], &["service-linked role"]],
    ),
    known(
        "role.denied",
        "the installation's roles are gone or not trusted: repair them with `mycli init`; to pass them, ask for iam:PassRole",
        &[
            &["unable to assume"],
            &["AssumeRole"],
            &["role", "cannot be assumed"],
            &["not authorized to perform: iam:PassRole"],
            &["role", "does not exist"],
            &["Role is not valid"],
        ],
    ),
    known(
        "account.blocked",
        "AWS does not let this account run tasks: ask AWS Support",
        &[
            &["account is currently blocked"],
            &["account has been blocked"],
            &["BlockedException"],
            &["account is not authorized to use"],
            &["account is suspended"],
        ],
    ),
    known(
        "quota.provisioning",
        "wait for tasks that are being started; the quota of tasks in PROVISIONING is 500 for a cluster",
        &[
            &["tasks in the PROVISIONING state"],
            &["provisioning capacity limit exceeded"],
        ],
    ),
    known(
        "quota.exceeded",
        "wait for other executions to end, or ask for more: Service Quotas, AWS Fargate, `Fargate On-Demand vCPU resource count`",
        &[
            &["limit on the number of vCPUs"],
            &["vCPU", "limit"],
            &["quota"],
            &["RESOURCE:ENI"],
            &["concurrent", "limit"],
            &["limit on the number of tasks"],
        ],
    ),
    known(
        "spot.interrupted",
        "--retry-interrupted runs it again when that happens; without --spot it does not",
        &[
            &["SpotInterruption"],
            &["Spot Task was interrupted"],
            &["Spot", "interruption"],
        ],
    ),
    known(
        "capacity.unavailable",
        "try again in a few minutes; AWS has no room in these zones now",
        &[
            &["Capacity is unavailable"],
            &["capacity"],
            &["RESOURCE:CPU"],
            &["RESOURCE:MEMORY"],
            &["insufficient", "resources"],
        ],
    ),
    known(
        "storage.not-provisioned",
        "try again; AWS could not give the task its disk in time",
        &[
            &["EphemeralStorage provisioning"],
            &["ephemeral storage", "timeout"],
            &["attach volume"],
            &["volume", "provisioning"],
        ],
    ),
    known(
        "network.no-addresses",
        "the subnets have no free addresses: wait for other tasks to end, or use larger subnets",
        &[
            &["InsufficientFreeAddresses"],
            &["insufficient free addresses"],
            &["no free addresses"],
            &["PrivateIpAddressLimitExceeded"],
        ],
    ),
    known(
        "network.missing",
        "a subnet or the security group of the installation is gone: repair it with `mycli init`",
        &[
            &["InvalidSubnetID"],
            &["subnet", "does not exist"],
            &["InvalidGroup"],
            &["security group", "does not exist"],
            &["InvalidSecurityGroup"],
        ],
    ),
    known(
        "network.failed",
        "try again; if it stays, check that the subnets have free addresses and that the security group exists",
        &[
            &["network interface"],
            &["CreateNetworkInterface"],
            &["subnet"],
            &["security group"],
            &["RequestTimeout"],
        ],
    ),
    known(
        "host.retired",
        "AWS took the host away for maintenance: --retry-interrupted runs it again when that happens",
        &[
            &["TerminationNotice"],
            &["scheduled for retirement"],
            &["maintenance", "underlying"],
            &["task retirement"],
            &["platform version", "retire"],
        ],
    ),
    known(
        "host.failed",
        "AWS's host failed: run it again",
        &[
            &["InfrastructureHealth"],
            &["underlying infrastructure"],
            &["Host EC2"],
            &["host", "terminated"],
            &["InternalError"],
            &["ServerException"],
        ],
    ),
    known(
        "image.user",
        "the image names a user or a group that it does not have",
        &[
            &["unable to find user"],
            &["unable to find group"],
            &["no matching entries in passwd"],
        ],
    ),
    known(
        "volume.failed",
        "the volume could not be mounted: check that it exists and that the security group lets the task reach it",
        &[
            &["EFS utils"],
            &["failed to mount"],
            &["failed to invoke"],
            &["CannotCreateVolume"],
        ],
    ),
    known(
        "health.failed",
        "the task definition has a health check that the command did not pass; executions need none",
        &[&["failed container health checks"], &["health check"]],
    ),
    known(
        "size.impossible",
        "Fargate does not sell that size: see `mycli exec --help`, --cpu and --memory",
        &[
            &["No Fargate configuration exists"],
            &["Invalid 'cpu' setting"],
            &["Invalid 'memory' setting"],
            &["Invalid setting for container", "memory"],
        ],
    ),
    known(
        "cluster.missing",
        "the installation's cluster is gone: repair it with `mycli init`",
        &[
            &["ClusterNotFound"],
            &["cluster not found"],
            &["cluster", "inactive"],
        ],
    ),
    known(
        "definition.missing",
        "somebody deregistered the task definition: run it again, and repair the installation with `mycli init` if it stays",
        &[
            &["TaskDefinition is inactive"],
            &["task definition", "inactive"],
            &["Unable to describe task definition"],
            &["TaskDefinition not found"],
        ],
    ),
    known(
        "container.refused",
        "the container could not be made from this image: see AWS's words",
        &[
            &["CannotStartContainer"],
            &["CannotCreateContainer"],
            &["CannotInspectContainer"],
            &["OCI runtime"],
            &["ContainerRuntimeError"],
            &["ContainerRuntimeTimeout"],
        ],
    ),
];
