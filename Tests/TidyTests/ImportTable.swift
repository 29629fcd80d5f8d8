/// Which modules a target may import. The compiler lets every transitive import through, so this table is what keeps the
/// layers apart: arrows point down only, the pure targets reach no clock, disk or network, and the checker of the log
/// shares no code with its writer.
enum ImportRule {
    case only(Set<String>)
    case anything(but: Set<String>)

    func allows(_ module: String) -> Bool {
        switch self {
        case .only(let modules): modules.contains(module)
        // `HummingbirdCore` is as much a server as `Hummingbird`.
        case .anything(let modules): !modules.contains { module.hasPrefix($0) }
        }
    }
}

enum ImportTable {
    /// By target, which is the name of its folder under `Sources`. A target that is not here fails.
    static let rules: [String: ImportRule] = [
        "Schema": .only(["SchemaFiles"]),
        "TabularText": .only(["Glibc"]),
        "CanonicalJSON": .only([]),
        "CreditModel": .only(["CanonicalJSON", "FoundationEssentials"]),
        "Assessment": .only(["CreditModel", "CanonicalJSON", "FoundationEssentials", "Yams"]),
        "TransparencyLog": .only(["Crypto", "FoundationEssentials"]),
        "EventLog": .only([
            "CanonicalJSON", "TransparencyLog", "Crypto", "Foundation", "FoundationEssentials", "Glibc", "Dispatch",
        ]),
        // What both kinds of SQLite file share: connections, errors, files that are derived anew.
        "SQLiteSupport": .only([
            "EventLog", "TransparencyLog", "Crypto", "GRDB", "GRDBSQLite", "Foundation", "FoundationEssentials",
            "Glibc",
        ]),
        "EventLogSQLite": .only([
            "EventLog", "TransparencyLog", "CanonicalJSON", "GRDB", "GRDBSQLite", "Foundation", "FoundationEssentials",
            "SQLiteSupport", "Schema", "Glibc", "Dispatch",
        ]),
        "LogAudit": .only([
            "TransparencyLog", "CanonicalJSON", "LaneSHA256", "GRDBSQLite", "Dispatch", "Glibc",
        ]),
        // In C: it imports nothing.
        "LaneSHA256": .only([]),
        "Projections": .only([
            "CreditModel", "CanonicalJSON", "Assessment", "EventLog", "TransparencyLog", "Crypto", "GRDB", "GRDBSQLite",
            "Foundation", "FoundationEssentials", "SQLiteSupport", "Schema", "Dispatch",
        ]),
        "CreditArchive": .anything(but: ["Hummingbird", "ArgumentParser", "ArchiveServer", "RawSQLite"]),
        // A witness is no part of an archive: it keeps a state of its own and knows logs by their keys alone.
        "Witness": .only([
            "EventLog", "TransparencyLog", "SQLiteSupport", "Schema", "GRDB", "Foundation", "FoundationEssentials",
        ]),
        "ArchiveServer": .only([
            "CreditArchive", "Witness", "TransparencyLog", "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging",
            "NIOCore", "Foundation", "FoundationEssentials", "Dispatch",
            // The members of the values that CreditArchive's answers are made of, and their JSON.
            "Assessment", "CanonicalJSON", "CreditModel", "EventLog", "Projections", "Schema",
            // What Hummingbird's server is made of: threads, TLS, the parts of messages, metrics, a service's end.
            "HummingbirdTLS", "NIOSSL", "NIOPosix", "NIOHTTP1", "NIOHTTPTypes", "CoreMetrics", "ServiceLifecycle",
            "UnixSignals",
        ]),
        // The modules below CreditArchive are here for the members of the values that its answers are made of.
        "credit-archive": .only([
            "CreditArchive", "ArchiveServer", "Witness", "ArgumentParser", "Assessment", "TabularText", "CanonicalJSON",
            "CreditModel",
            "EventLog",
            "LogAudit", "Projections", "TransparencyLog", "Foundation", "FoundationEssentials", "Glibc",
        ]),
        "ArchiveTesting": .anything(but: ["Hummingbird", "ArgumentParser"]),
    ]

    /// Targets that no user gets.
    static let unshipped: Set<String> = ["ArchiveTesting"]

    /// Locks and atomics may stand anywhere but in the model, which has no shared state.
    static func mayImportSynchronization(_ target: String) -> Bool { target != "CreditModel" && target != "Schema" }

    /// Nil if `target` may import `module`, or why it may not.
    static func objection(to module: String, in target: String) -> String? {
        guard let rule = rules[target] else {
            return "target \(target) is not in the table of allowed imports"
        }
        if module == "ArchiveTesting", !unshipped.contains(target) {
            return "a shipped target must not import ArchiveTesting"
        }
        if module == "Synchronization" {
            return mayImportSynchronization(target) ? nil : "\(target) must not import Synchronization"
        }
        return rule.allows(platformNeutral(module)) ? nil : "\(target) must not import \(module)"
    }

    /// The C library has a name for each platform.
    private static func platformNeutral(_ module: String) -> String {
        ["Darwin", "Musl", "Android"].contains(module) ? "Glibc" : module
    }
}
