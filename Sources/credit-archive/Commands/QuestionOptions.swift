internal import ArgumentParser
internal import CreditArchive
internal import CreditModel
internal import Projections

/// Whom a question is about: a body, a region, or all.
struct ScopeOptions: ParsableArguments {
    @Argument(help: "主体：代码或全称 A body by code, id or name.")
    var body: String?

    @Flag(help: "全部主体 All bodies.")
    var all = false

    @Option(help: "行政区划代码 Bodies of a region: 411300 covers 411330.")
    var region: String?

    /// Exactly one of the three is to be named.
    func check() throws {
        guard [body != nil, all, region != nil].filter({ $0 }).count == 1 else {
            throw ArchiveError(
                .usage, "scope-needed", chinese: "请指明一个主体、--region 或 --all 之一",
                english: "name one body, or --region, or --all")
        }
    }

    /// The path of the route that answers on the scope: below the body's, or the one for all.
    func path(_ name: String, ofAll all: String) -> [String] {
        body.map { ["v1", "bodies", $0, name] } ?? ["v1", all]
    }

    func resolve(_ auditor: Auditor) throws -> Auditor.Scope {
        if let body { return .body(try auditor.body(named: body)) }
        guard let region else { return .all }
        return .region(prefix: try ScopeOptions.prefix(ofRegion: region))
    }

    /// The digits that the codes of a region's bodies begin with.
    static func prefix(ofRegion region: String) throws(ArchiveError) -> String {
        guard let code = RegionCode(region) else {
            throw ArchiveError(
                .usage, "region-malformed", field: "--region", chinese: "行政区划代码应为 6、9 或 12 位数字",
                english: "a region has 6, 9 or 12 digits")
        }
        return code.prefix
    }
}

/// As of which day, and from which records, a question is answered.
struct MomentOptions: ParsableArguments {
    @Option(help: "截至此日的事实 Facts dated on or before this day.")
    var asOf: String?

    @Option(help: "只用此位置及以前的记录 Only what was recorded up to this position.")
    var atPosition: UInt64?

    @Option(help: "只用此刻及以前的记录 Only what was recorded by this time (RFC 3339 with its zone, or a day).")
    var knownAt: String?

    /// The question as it is asked, before any archive is opened.
    func question() throws -> MomentQuestion {
        try MomentQuestion(asOf: asOf, atPosition: atPosition, knownAt: knownAt)
    }

    /// The same as parameters of a route.
    var parameters: [(String, (any CustomStringConvertible)?)] {
        [("asOf", asOf), ("atPosition", atPosition), ("knownAt", knownAt)]
    }
}
