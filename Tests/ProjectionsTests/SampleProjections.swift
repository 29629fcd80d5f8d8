import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Projections
import Synchronization

/// How many facts each case has: a projection that no program has, with what a test wants of it.
struct FactCount: Projection {
    let name = "fact-count"
    var version = 1
    /// Called before each row.
    var hook: @Sendable (CaseSubject) throws -> Void = { _ in }

    let table = ReadTable(
        "fact_count", of: .cases, columns: ["body", "case", "facts"], keyCount: 2,
        definition: """
            CREATE TABLE fact_count (
                body TEXT NOT NULL, "case" TEXT NOT NULL, facts INTEGER NOT NULL, PRIMARY KEY (body, "case")
            ) STRICT, WITHOUT ROWID;
            """)

    func fold(_ item: CaseSubject, under policy: CreditPolicy, into rows: inout ReadRows) throws {
        try hook(item)
        rows.text(item.body.text)
        rows.text(item.id.text)
        rows.integer(Int64(item.facts.count))
        rows.endRow()
    }
}

/// A projection of this program, that cannot take the fact at a position.
struct Failing: Projection {
    var base: any Projection
    var position: UInt64

    struct Failure: Error {}

    var name: String { base.name }
    var version: Int { base.version }
    var table: ReadTable { base.table }

    func fold(_ body: BodyHistory, under policy: CreditPolicy, into rows: inout ReadRows) throws {
        try base.fold(body, under: policy, into: &rows)
        if body.position == position || body.changes.contains(where: { $0.position == position }) { throw Failure() }
    }

    func fold(_ item: CaseSubject, under policy: CreditPolicy, into rows: inout ReadRows) throws {
        try base.fold(item, under: policy, into: &rows)
        if item.facts.contains(where: { $0.position == position }) { throw Failure() }
    }
}

extension ProjectionCatalogue {
    /// The projections of this program and another.
    static func standard(and other: any Projection) -> ProjectionCatalogue {
        ProjectionCatalogue(standard.projections + [other])
    }

    /// The projections of this program, one of which fails at a position.
    static func standard(failing name: String, at position: UInt64) -> ProjectionCatalogue {
        ProjectionCatalogue(
            standard.projections.map { $0.name == name ? Failing(base: $0, position: position) : $0 })
    }
}

extension Archive {
    /// The derived side of this archive as another program with these projections has it.
    func projections(of catalogue: ProjectionCatalogue, in folder: String? = nil) -> ProjectionSet {
        ProjectionSet(folder: folder ?? self.folder.path, log: log, policy: policy, catalogue: catalogue)
    }
}

extension RandomHistory {
    var generations: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasPrefix("read-") && $0.hasSuffix(".sqlite") }.sorted()
        }
    }

    var current: String? {
        FileManager.default.contents(atPath: folder.path + "/CURRENT").map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Counts from any thread.
final class Counter: Sendable {
    private let state = Mutex(0)
    var count: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
}
