//! Servers of files, sound and pictures, as Debian 13 brings them.

use crate::sim::shell::software::packages::{PLAIN, Package, Service};

pub const TABLE: &[Package] = &[
    Package {
        name: "syncthing",
        version: "1.29.5~ds1-2",
        commands: &["/usr/bin/syncthing"],
        size: 8_118,
        about: "decentralized file synchronization",
        ..PLAIN
    },
    Package {
        name: "transmission-daemon",
        version: "4.1.0~beta2+dfsg-3+deb13u2",
        commands: &["/usr/bin/transmission-daemon"],
        services: &[Service {
            name: "transmission-daemon",
            about: "Transmission BitTorrent Daemon",
            process: "/usr/bin/transmission-daemon -f --log-level=error",
        }],
        files: &[(
            "/etc/transmission-daemon/settings.json",
            "{\n    \"peer-port\": 51413,\n    \"rpc-bind-address\": \"0.0.0.0\",\n    \"rpc-port\": 9091,\n    \"rpc-whitelist\": \"127.0.0.1\",\n    \"rpc-whitelist-enabled\": true\n}\n",
        )],
        user: "debian-transmission",
        size: 809,
        about: "lightweight BitTorrent client (daemon)",
        ..PLAIN
    },
    Package {
        name: "samba",
        version: "2:4.22.11+dfsg-0+deb13u1",
        needs: &["samba-common"],
        commands: &["/usr/sbin/smbd", "/usr/bin/smbpasswd"],
        services: &[
            Service {
                name: "smbd",
                about: "Samba SMB Daemon",
                process: "/usr/sbin/smbd --foreground --no-process-group",
            },
            Service {
                name: "nmbd",
                about: "Samba NMB Daemon",
                process: "/usr/sbin/nmbd --foreground --no-process-group",
            },
        ],
        size: 1_306,
        about: "SMB/CIFS file, print, and login server for Unix",
        ..PLAIN
    },
    Package {
        name: "samba-common",
        version: "2:4.22.11+dfsg-0+deb13u1",
        files: &[(
            "/etc/samba/smb.conf",
            "[global]\n   workgroup = WORKGROUP\n;   interfaces = 127.0.0.0/8 eth0\n;   bind interfaces only = yes\n\n[homes]\n   read only = yes\n",
        )],
        size: 64,
        about: "common files used by both the Samba server and client",
        ..PLAIN
    },
    Package {
        name: "rsync",
        version: "3.5.0+ds1-0+deb13u2",
        commands: &["/usr/bin/rsync"],
        services: &[Service {
            name: "rsync",
            about: "fast remote file copy program daemon",
            process: "/usr/bin/rsync --daemon --no-detach",
        }],
        size: 490,
        about: "fast, versatile, remote (and local) file-copying tool",
        ..PLAIN
    },
    Package {
        name: "snapserver",
        version: "0.31.0-1",
        commands: &["/usr/bin/snapserver"],
        services: &[Service {
            name: "snapserver",
            about: "Snapcast server",
            process: "/usr/bin/snapserver --logging.sink=system",
        }],
        files: &[(
            "/etc/snapserver.conf",
            "[server]\n[http]\n#port = 1780\ndoc_root = /usr/share/snapserver/snapweb\n[tcp]\n#port = 1705\n[stream]\n#port = 1704\nsource = pipe:///tmp/snapfifo?name=default\n",
        )],
        user: "_snapserver",
        size: 1_185,
        about: "Snapcast server",
        ..PLAIN
    },
    Package {
        name: "icecast2",
        version: "2.4.4-4+b2",
        commands: &["/usr/bin/icecast2"],
        services: &[Service {
            name: "icecast2",
            about: "Icecast2 streaming server",
            process: "/usr/bin/icecast2 -b -c /etc/icecast2/icecast.xml",
        }],
        files: &[(
            "/etc/icecast2/icecast.xml",
            "<icecast>\n    <listen-socket>\n        <port>8000</port>\n    </listen-socket>\n</icecast>\n",
        )],
        user: "icecast2",
        size: 1_464,
        about: "streaming media server",
        ..PLAIN
    },
    Package {
        name: "mpd",
        version: "0.24.4-1",
        commands: &["/usr/bin/mpd"],
        services: &[Service { name: "mpd", about: "Music Player Daemon", process: "/usr/bin/mpd --systemd" }],
        files: &[(
            "/etc/mpd.conf",
            "music_directory \"/var/lib/mpd/music\"\nuser \"mpd\"\nbind_to_address \"localhost\"\n#port \"6600\"\n",
        )],
        user: "mpd",
        size: 852,
        about: "Music Player Daemon",
        ..PLAIN
    },
    Package {
        name: "minidlna",
        version: "1.3.3+dfsg-1.1+b1",
        commands: &["/usr/sbin/minidlnad"],
        services: &[Service {
            name: "minidlna",
            about: "MiniDLNA lightweight DLNA/UPnP-AV server",
            process: "/usr/sbin/minidlnad -f /etc/minidlna.conf -P /run/minidlna/minidlna.pid -S -r",
        }],
        files: &[("/etc/minidlna.conf", "media_dir=/var/lib/minidlna\nport=8200\n")],
        user: "minidlna",
        size: 153,
        about: "lightweight DLNA/UPnP-AV server targeted at embedded systems",
        ..PLAIN
    },
    Package {
        name: "cups",
        version: "2.4.10-3+deb13u2",
        needs: &["cups-daemon"],
        size: 288,
        about: "Common UNIX Printing System(tm) - PPD/driver support, web interface",
        ..PLAIN
    },
    Package {
        name: "cups-daemon",
        version: "2.4.10-3+deb13u2",
        commands: &["/usr/sbin/cupsd"],
        services: &[Service { name: "cups", about: "CUPS Scheduler", process: "/usr/sbin/cupsd -l" }],
        files: &[(
            "/etc/cups/cupsd.conf",
            "LogLevel warn\nListen localhost:631\nListen /run/cups/cups.sock\nWebInterface Yes\n",
        )],
        size: 351,
        about: "Common UNIX Printing System(tm) - daemon",
        ..PLAIN
    },
];
