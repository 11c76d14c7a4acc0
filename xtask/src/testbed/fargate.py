"""Starts ministack with four things added that it leaves out of a task definition.

1. A container's `entryPoint`, `user` and `workingDirectory`.
2. A volume without a host path: a directory that the containers of one task share.
3. `dependsOn` with SUCCESS or COMPLETE: a container waits until the one before it has ended.
4. Through CloudFormation, volumes and what is nested in containers keep the template's capital
   letters, so no client can read them: they get the API's.

Each is AWS's documented behaviour. When ministack learns one, the assertion on it below fails:
then delete that part.
"""

import inspect
import os
import sys

from ministack.services import ecs
from ministack.services.cloudformation import provisioners

build_run_kwargs = ecs._build_run_kwargs
run_docker_container = ecs._run_docker_container

for word in ("entryPoint", "dependsOn"):
    for function in (build_run_kwargs, run_docker_container, ecs._start_task_worker):
        assert word not in inspect.getsource(function), f"ministack knows {word} by now"


def with_entry_point_and_volumes(cdef, td, env, ports, network, host_mode, task_id, *rest):
    kwargs = build_run_kwargs(cdef, td, env, ports, network, host_mode, task_id, *rest)
    for given, word in (("entryPoint", "entrypoint"), ("user", "user"), ("workingDirectory", "working_dir")):
        if cdef.get(given):
            kwargs[word] = cdef[given]
    hostless = {
        volume["name"]
        for volume in td.get("volumes", [])
        if not (volume.get("host") or {}).get("sourcePath")
    }
    binds = list(kwargs.get("volumes", []))
    for mount in cdef.get("mountPoints", []):
        if mount["sourceVolume"] in hostless:
            mode = "ro" if mount.get("readOnly") else "rw"
            binds.append(f"ecs-{task_id}-{mount['sourceVolume']}:{mount['containerPath']}:{mode}")
    if binds:
        kwargs["volumes"] = binds
    return kwargs


class DependencyFailed(Exception):
    pass


def after_what_it_depends_on(docker_client, cdef, run_kwargs, **rest):
    prefix = run_kwargs["name"].removesuffix(cdef["name"])
    for dependency in cdef.get("dependsOn", []):
        if dependency["condition"] in ("SUCCESS", "COMPLETE"):
            code = docker_client.containers.get(prefix + dependency["containerName"]).wait()["StatusCode"]
            if dependency["condition"] == "SUCCESS" and code != 0:
                raise DependencyFailed(f"dependency {dependency['containerName']} exited with {code}")
    return run_docker_container(docker_client, cdef, run_kwargs, **rest)


def as_the_api_spells_it(value):
    """`{"ContainerName": …}` as `{"containerName": …}`, at every depth but in maps of a user's own."""
    if isinstance(value, list):
        return [as_the_api_spells_it(item) for item in value]
    if not isinstance(value, dict):
        return value
    maps = ("options", "dockerLabels", "driverOpts", "labels")
    camel = {key[:1].lower() + key[1:]: inner for key, inner in value.items()}
    return {key: inner if key in maps else as_the_api_spells_it(inner) for key, inner in camel.items()}


normalize_container_defs = provisioners._normalize_container_defs
task_def_create = provisioners._ecs_task_def_create


def with_nested_names(definitions):
    return as_the_api_spells_it(normalize_container_defs(definitions))


def with_volumes(logical_id, props, stack_name):
    props = {**props, "Volumes": as_the_api_spells_it(props.get("Volumes", []))}
    return task_def_create(logical_id, props, stack_name)


provisioners._normalize_container_defs = with_nested_names
provisioners._ecs_task_def_create = with_volumes
for handlers in vars(provisioners).values():
    if isinstance(handlers, dict) and "AWS::ECS::TaskDefinition" in handlers:
        handlers["AWS::ECS::TaskDefinition"]["create"] = with_volumes

ecs._build_run_kwargs = with_entry_point_and_volumes
ecs._run_docker_container = after_what_it_depends_on

if __name__ == "__main__":
    from ministack.app import main

    sys.argv = ["ministack", *sys.argv[1:]]
    os.environ.setdefault("IOT_MTLS_ENABLED", "0")
    main()
