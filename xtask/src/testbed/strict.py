"""Starts the emulator with IAM enforced, as AWS enforces it, and writes down who did what to what.

Beside what `fargate.py` adds:

1. A task's credentials are those of its task role. The emulator gives every task the same ones, which nobody knows.
2. ECS's actions are done to what AWS says they are done to, and under its condition keys; the emulator knows the cluster only:
   https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
   Output is read from a stream, not from its group. A stack that is there is its id, not every stack of its name; a change set that is named by its id is not everything.
3. Nobody has to sign for the root user: the tests' own requests are not signed. And requests count as having come by TLS.
4. Each call that was checked becomes a line of the file CALLS: who, the action, the resource, and whether it was allowed.
"""

import json
import os
import sys
import time

os.environ["AUTH"] = "true"

import fargate  # noqa: E402,F401

from ministack.core import iam_actions, iam_evaluator  # noqa: E402
from ministack.core.responses import get_account_id, get_region  # noqa: E402
from ministack.services import cloudformation, ecs, imds, sts  # noqa: E402

ROOT = "test"
roles = {}


build_run_kwargs = ecs._build_run_kwargs


def with_role(cdef, td, env, *rest):
    address = env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    roles["/v2/credentials/" + address.rsplit("/", 1)[-1]] = td.get("taskRoleArn")
    return build_run_kwargs(cdef, td, env, *rest)


ecs._build_run_kwargs = with_role

answer_metadata = imds.handle_request


async def with_credentials_of_the_role(method, path, headers, body, query_params):
    role = roles.get(path)
    if not role:
        return await answer_metadata(method, path, headers, body, query_params)
    document = imds._ecs_task_credentials_doc() | {"RoleArn": role}
    name = role.rsplit("/", 1)[-1]
    account = role.split(":")[4]
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/task",
        "UserId": "AROATASK:task",
        "SecretAccessKey": document["SecretAccessKey"],
        "SessionToken": document["Token"],
        "Expiration": time.time() + 3600,
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    }
    sts.register_session(document["AccessKeyId"], session)
    return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()


imds.handle_request = with_credentials_of_the_role

extract_resource_arn = iam_actions.extract_resource_arn
request_tag_context = iam_actions.request_tag_context


def field(body, *names):
    request = json.loads(body or b"{}")
    for name in names:
        value = request.get(name)
        if value:
            return value[0] if isinstance(value, list) else value
    return None


def what_is_acted_on(service, method, path, headers, body, params, region, account):
    stack = cloudformation._stacks.get(params.get("StackName", [""])[0]) if service == "cloudformation" else None
    if stack:
        return stack["StackId"]
    if service == "cloudformation" and "ChangeSetName" in params and "StackName" not in params:
        return params["ChangeSetName"][0]
    if headers.get("x-amz-target", "").endswith(".GetLogEvents"):
        group, stream = field(body, "logGroupName"), field(body, "logStreamName")
        return f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"
    if service != "ecs":
        return extract_resource_arn(service, method, path, headers, body, params, region, account)
    action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
    start = f"arn:aws:ecs:{region}:{account}:"
    cluster = (field(body, "cluster") or "default").rsplit("/", 1)[-1]
    if action in ("RunTask", "DeleteTaskDefinitions"):
        name = field(body, "taskDefinition", "taskDefinitions")
        name = name if ":" in name.rsplit("/", 1)[-1] else f"{name}:1"
        return name if name.startswith("arn:") else f"{start}task-definition/{name}"
    if action == "RegisterTaskDefinition":
        return f"{start}task-definition/{field(body, 'family')}:1"
    if action in ("StopTask", "DescribeTasks"):
        name = field(body, "task", "tasks").rsplit("/", 1)[-1]
        return f"{start}task/{cluster}/{name}"
    if action == "DescribeClusters":
        return f"{start}cluster/{(field(body, 'clusters') or 'default').rsplit('/', 1)[-1]}"
    return "*"


def with_the_keys_of_ecs(service, action, body, params):
    context = request_tag_context(service, action, body, params)
    if action in ("ecs:ListTasks", "ecs:RunTask", "ecs:StopTask"):
        name = (field(body, "cluster") or "default").rsplit("/", 1)[-1]
        context["ecs:cluster"] = f"arn:aws:ecs:{get_region()}:{get_account_id()}:cluster/{name}"
    return context


iam_actions.extract_resource_arn = what_is_acted_on
iam_actions.request_tag_context = with_the_keys_of_ecs

authenticate = iam_evaluator.authenticate
iam_evaluator.authenticate = lambda key, account: None if key == ROOT else authenticate(key, account)

enforce = iam_evaluator.enforce


def written_down(key, action, service, region, resource_arn="*", service_context=None):
    address, _ = iam_evaluator._request_origin.get()
    iam_evaluator._request_origin.set((address, True))
    denied = enforce(key, action, service, region, resource_arn=resource_arn, service_context=service_context)
    if key != ROOT:
        session = sts._sessions.get(key) or {}
        line = [session.get("Arn", key), action, resource_arn, "denied" if denied else "allowed"]
        with open(os.environ["CALLS"], "a", encoding="utf-8") as calls:
            calls.write(" ".join(line) + "\n")
    return denied


iam_evaluator.enforce = written_down

if __name__ == "__main__":
    from ministack.app import main

    sys.argv = ["ministack", *sys.argv[1:]]
    os.environ.setdefault("IOT_MTLS_ENABLED", "0")
    main()
