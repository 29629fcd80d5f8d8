// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: Swift 6 mode comes with the tools version; warnings are errors; imports say what they show.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "Logging", package: "swift-log"),
]
let serving: [Target.Dependency] = [
    .product(name: "HummingbirdTLS", package: "hummingbird"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "CoreMetrics", package: "swift-metrics"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

func room(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: house)
}

let package = Package(
    name: "credit-archive",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CreditArchive", targets: ["CreditArchive"]),
        .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
        .executable(name: "credit-archive", targets: ["credit-archive"]),
        .executable(name: "archive-bench", targets: ["ArchiveBench"]),
    ],
    dependencies: [
        // The command line: parsing, help and usage errors.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // SHA-256, AES-GCM and Ed25519 on Linux (BoringSSL); scrypt for the passphrase of the signing key (CryptoExtras).
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // SQLite: connections, transactions, and the C API's module.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // HTTP: the routes of a witness.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        // HTTP to others: checkpoints for witnesses. Foundation's own client unpacks what it was told not to.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // What Hummingbird's values are made of: addresses, headers, log lines.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        // TLS from certificate files; the parts of HTTP messages; metrics; a service's end: Hummingbird brings them all.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.9.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        // Evaluation schemes and overlays are YAML, which officials read and write.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        room("CanonicalJSON"),
        room("TabularText"),
        room("CreditModel", ["CanonicalJSON"]),
        room("Assessment", ["CanonicalJSON", "CreditModel", yams]),
        room("TransparencyLog", [crypto]),
        room("EventLog", ["CanonicalJSON", "TransparencyLog", crypto]),
        room("SQLiteSupport", ["EventLog", "TransparencyLog", crypto, grdb, sqlite]),
        room(
            "EventLogSQLite", ["CanonicalJSON", "EventLog", "Schema", "SQLiteSupport", "TransparencyLog", grdb, sqlite]),
        // SHA-256 of many messages at a time, for the checker alone.
        .target(name: "LaneSHA256"),
        room("LogAudit", ["CanonicalJSON", "LaneSHA256", "TransparencyLog", sqlite]),
        room(
            "Projections",
            [
                "CanonicalJSON", "CreditModel", "EventLog", "SQLiteSupport", "Schema", "TransparencyLog", crypto, grdb,
                sqlite,
            ]),
        room(
            "CreditArchive",
            [
                "Assessment", "CanonicalJSON", "CreditModel", "EventLog", "EventLogSQLite", "LogAudit", "Projections",
                "SQLiteSupport", "Schema", "TabularText", "TransparencyLog", crypto, cryptoExtras, grdb,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        room("Witness", ["EventLog", "SQLiteSupport", "Schema", "TransparencyLog", grdb]),
        room(
            "ArchiveServer",
            [
                "Assessment", "CanonicalJSON", "CreditArchive", "CreditModel", "EventLog", "Projections", "Schema",
                "TransparencyLog", "Witness",
            ] + hummingbird + serving),
        // The documents of Schema/ as bytes, by `#embed`: the compiler's own array literals of them took minutes.
        .target(name: "SchemaFiles", path: "Schema/embedded"),
        .target(
            name: "Schema", dependencies: ["SchemaFiles"], path: "Schema",
            exclude: [
                "README.md", "bundle", "calendars", "demo", "embedded", "events", "exchange", "export", "openapi.yaml",
                "policies", "report", "schemes", "sql",
            ],
            swiftSettings: house),
        .executableTarget(
            name: "credit-archive",
            dependencies: [
                "ArchiveServer", "Assessment", "CanonicalJSON", "CreditArchive", "CreditModel", "EventLog", "LogAudit",
                "Projections", "TabularText", "TransparencyLog", "Witness",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house),
        room("ArchiveTesting", ["CanonicalJSON", "CreditArchive", "CreditModel", "EventLog", "TransparencyLog", grdb]),
        .target(
            name: "RawSQLite", path: "Tools/RawSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "ArchiveBench",
            dependencies: [
                "ArchiveServer", "Assessment", "CanonicalJSON", "CreditArchive", "CreditModel", "EventLog",
                "EventLogSQLite", "LogAudit",
                "Projections", "RawSQLite", "TransparencyLog",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tools/ArchiveBench", swiftSettings: house),
        tests("CanonicalJSON", ["ArchiveTesting", "CanonicalJSON"]),
        tests("Assessment", ["ArchiveTesting", "Assessment", "CanonicalJSON", "CreditModel", "Schema", "TabularText"]),
        tests("CreditModel", ["ArchiveTesting", "CanonicalJSON", "CreditModel"]),
        tests(
            "EventLog", ["ArchiveTesting", "CanonicalJSON", "EventLog", "EventLogSQLite", "TransparencyLog", crypto]),
        tests("EventLogSQLite", ["ArchiveTesting", "EventLog", "EventLogSQLite", grdb]),
        tests("SQLiteSupport", ["ArchiveTesting", "EventLog", "SQLiteSupport", "TransparencyLog", grdb]),
        tests("TabularText", ["ArchiveTesting", "TabularText"]),
        tests("TransparencyLog", ["ArchiveTesting", "TransparencyLog", crypto]),
        tests("Witness", ["ArchiveTesting", "EventLog", "TransparencyLog", "Witness", grdb]),
        tests(
            "ArchiveServer",
            [
                "ArchiveServer", "ArchiveTesting", "Assessment", "CreditArchive", "CreditModel", "EventLog", "Schema",
                "TransparencyLog", "Witness", yams, .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests("LaneSHA256", ["ArchiveTesting", "LaneSHA256", "TransparencyLog"]),
        tests("LogAudit", ["ArchiveTesting", "CanonicalJSON", "LogAudit", "TransparencyLog", sqlite]),
        tests(
            "Projections",
            [
                "ArchiveTesting", "CanonicalJSON", "CreditArchive", "CreditModel", "EventLog", "LogAudit",
                "Projections",
                grdb,
            ]),
        tests(
            "CreditArchive",
            [
                "ArchiveTesting", "Assessment", "CanonicalJSON", "CreditArchive", "CreditModel", "EventLog", "LogAudit",
                "Projections",
                "TabularText", "TransparencyLog", grdb,
            ]),
        .executableTarget(
            name: "CrashAppender", dependencies: ["CreditArchive", "EventLog", "TransparencyLog"],
            path: "Tests/CrashAppender", swiftSettings: house),
        .executableTarget(
            name: "SigningDevice", dependencies: ["TransparencyLog"], path: "Tests/SigningDevice", swiftSettings: house),
        tests("CommandLine", ["ArchiveTesting", "TransparencyLog", grdb]),
        .testTarget(name: "TidyTests", swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)
