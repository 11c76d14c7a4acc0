//! Ports, volumes and systems that do not fit together.

use synth::Id;
use synth::ecs::{
    AppProtocol, Architecture, Container, EfsVolume, FargateSize, Mount, OperatingSystem, PidMode,
    PortMapping, TaskDefinitionProps, Volume, VolumeSource, VolumesFrom,
};

use super::{Mistakes, named};

fn listens(name: &'static str, ports: &[PortMapping]) -> Container {
    Container {
        ports: ports.to_vec(),
        ..named(name)
    }
}

fn port(name: &'static str, port: u16) -> PortMapping {
    PortMapping {
        name: Some(name.into()),
        ..PortMapping::tcp(port)
    }
}

pub(super) fn ports(mistakes: &mut Mistakes) {
    let web = [PortMapping::tcp(80)];
    mistakes.containers(
        "two containers on one port",
        [listens("a", &web), listens("b", &web)],
    );
    mistakes.containers(
        "a port in the range of another container",
        [
            listens("a", &web),
            listens("b", &[PortMapping::tcp_range(79, 90)]),
        ],
    );
    mistakes.containers("port 0", [listens("web", &[PortMapping::tcp(0)])]);
    mistakes.containers(
        "a range that ends before it begins",
        [listens("web", &[PortMapping::tcp_range(90, 80)])],
    );
    mistakes.containers(
        "a port named in capitals",
        [listens("web", &[port("HTTP", 80)])],
    );
    mistakes.containers(
        "two ports of one name",
        [
            listens("a", &[port("http", 80)]),
            listens("b", &[port("http", 81)]),
        ],
    );
    let nameless = PortMapping {
        app_protocol: Some(AppProtocol::Grpc),
        ..PortMapping::tcp(80)
    };
    mistakes.containers("a protocol without a name", [listens("web", &[nameless])]);
}

pub(super) fn volumes(mistakes: &mut Mistakes) {
    let with = |volumes: Vec<Volume>, mounts: Vec<Mount>| TaskDefinitionProps {
        volumes,
        ..TaskDefinitionProps::new([Container {
            mounts,
            ..named("web")
        }])
    };
    let work = || Mount::new("work", "/work");
    mistakes.task("an undeclared volume", with(vec![], vec![work()]));
    mistakes.task(
        "a relative mount path",
        with(vec![Volume::new("work")], vec![Mount::new("work", "work")]),
    );
    mistakes.task(
        "two volumes at one path",
        with(
            vec![Volume::new("work"), Volume::new("other")],
            vec![work(), Mount::new("other", "/work")],
        ),
    );
    mistakes.task(
        "two volumes of one name",
        with(vec![Volume::new("work"), Volume::new("work")], vec![]),
    );
    mistakes.task(
        "a volume with a space",
        with(vec![Volume::new("a b")], vec![]),
    );
    let at_launch = |name: &'static str| Volume {
        source: VolumeSource::AtLaunch,
        ..Volume::new(name)
    };
    mistakes.task(
        "a volume at launch that nobody mounts",
        with(vec![at_launch("work")], vec![]),
    );
    mistakes.task(
        "two volumes at launch",
        with(
            vec![at_launch("work"), at_launch("other")],
            vec![work(), Mount::new("other", "/other")],
        ),
    );
    let efs = |change: fn(&mut EfsVolume)| {
        let mut efs = EfsVolume::new(Id::literal("fs-1"));
        change(&mut efs);
        let source = efs.into();
        let name = "shared".into();
        with(vec![Volume { name, source }], vec![])
    };
    let root = efs(|efs| {
        efs.access_point = Some(Id::literal("fsap-1").into());
        efs.root_directory = Some("/orders".into());
    });
    mistakes.task("a root directory beside an access point", root);
    let relative = efs(|efs| efs.root_directory = Some("orders".into()));
    mistakes.task("a relative root directory", relative);
    let plain = efs(|efs| {
        efs.authorize_by_task_role = true;
        efs.transit_encryption = false;
    });
    mistakes.task("a role for EFS without encryption", plain);
    mistakes.one("mounts of a container that is not there", |web| {
        web.volumes_from = vec![VolumesFrom::new("side")];
    });
}

pub(super) fn windows(mistakes: &mut Mistakes) {
    let windows = |change: fn(&mut TaskDefinitionProps)| {
        let mut props = TaskDefinitionProps {
            size: FargateSize::of::<1024, 2048>(),
            operating_system: Some(OperatingSystem::WindowsServer2022Core),
            ..TaskDefinitionProps::new([named("web")])
        };
        change(&mut props);
        props
    };
    let small = windows(|props| props.size = FargateSize::SMALLEST);
    mistakes.task("Windows on a quarter of a vCPU", small);
    let arm = windows(|props| props.architecture = Some(Architecture::Arm64));
    mistakes.task("Windows on Graviton", arm);
    let shared = windows(|props| props.pid_mode = Some(PidMode::Task));
    mistakes.task("Windows with shared processes", shared);
    let sealed = windows(|props| {
        props
            .containers
            .iter_mut()
            .for_each(|web| web.read_only_root = true);
    });
    mistakes.task("Windows with a read-only root", sealed);
}
