internal import CreditModel
internal import Crypto
internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport
internal import Schema

/// `read-<n>.sqlite`: the read models of one generation, and the register of the projections that filled them.
struct ReadStore: Sendable {
    /// Raised too when a projection is dropped: one that this program does not know is taken for a newer program's.
    private static let layout = 2

    let file: DerivedDatabase
    let catalogue: ProjectionCatalogue
    /// Projections that another version filled, or that are not here yet: passed over until they are built anew.
    let outdated: Set<String>

    /// Opens the file for folding; nil where it is missing, damaged or of an older layout.
    ///
    /// Throws ``EventLogError`` `derived-newer` where a newer program wrote it.
    static func existing(path: String, _ catalogue: ProjectionCatalogue) throws -> ReadStore? {
        try whole(.existing(path: path, version: layout), catalogue)
    }

    /// Opens the file for reading; nil and errors as for folding.
    static func readable(path: String, _ catalogue: ProjectionCatalogue) throws -> ReadStore? {
        try whole(.readable(path: path, version: layout), catalogue)
    }

    private static func whole(_ file: DerivedDatabase?, _ catalogue: ProjectionCatalogue) throws -> ReadStore? {
        do { return try file.map { try ReadStore($0, catalogue) } } catch {
            guard ProjectionSet.isDamage(error) else { throw error }
            return nil
        }
    }

    /// A file to be filled before anybody reads it.
    ///
    /// - Parameter isCopy: the file is there, a copy of another generation.
    static func building(path: String, _ catalogue: ProjectionCatalogue, isCopy: Bool) throws -> ReadStore {
        let schema = Schema.readSQL + catalogue.schema
        return try ReadStore(.building(path: path, schema: isCopy ? nil : schema), catalogue)
    }

    private init(_ file: DerivedDatabase, _ catalogue: ProjectionCatalogue) throws {
        self.file = file
        self.catalogue = catalogue
        let records = try file.read { db in
            try Row.fetchAll(db, sql: "SELECT name, version, definition FROM projection").map { row in
                (name: row[0] as String, version: row[1] as Int, definition: row[2] as String)
            }
        }
        var outdated = Set(catalogue.names)
        for record in records {
            guard let known = catalogue.projections.first(where: { $0.name == record.name }),
                record.version <= known.version
            else { throw EventLogError.newer(file.path, "\(record.name) \(record.version)") }
            if record.version == known.version, record.definition == ProjectionCatalogue.digest(known) {
                outdated.remove(record.name)
            }
        }
        self.outdated = outdated
    }

    /// Whether an answer may come from these projections; nil of it where they are outdated.
    ///
    /// Throws ``EventLogError`` `projection-stopped`: no stale answer is given.
    func canAnswer(from names: [String], _ db: Database) throws -> Bool {
        for stop in try stops(db) where names.contains(stop.projection) { throw EventLogError.stopped(stop) }
        return outdated.isDisjoint(with: names)
    }

    /// The projections that have stopped.
    func stops(_ db: Database) throws -> [ProjectionStop] {
        let select = try db.cachedStatement(
            sql: "SELECT name, stopped_at, stopped_zh, stopped_en FROM projection WHERE stopped_at IS NOT NULL")
        return try Row.fetchAll(select).map { row in
            ProjectionStop(
                projection: row[0], position: UInt64(clamping: row[1] as Int64), chinese: row[2], english: row[3])
        }
    }

    /// The projections that go on: neither stopped nor outdated.
    func running(_ db: Database) throws -> [any Projection] {
        let stopped = Set(try stops(db).map(\.projection))
        return catalogue.projections.filter { !stopped.contains($0.name) && !outdated.contains($0.name) }
    }

    /// Notes that a projection has stopped.
    static func note(_ stop: ProjectionStop, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE projection SET stopped_at = ?, stopped_zh = ?, stopped_en = ? WHERE name = ?",
            arguments: [Int64(clamping: stop.position), stop.chinese, stop.english, stop.projection])
    }

    /// Empties the tables of projections, as this program defines them, to be filled anew.
    func reset(_ projections: [any Projection], _ db: Database) throws {
        for projection in projections {
            try db.execute(sql: "DROP TABLE IF EXISTS \(projection.table.quotedName)")
            try db.execute(sql: projection.table.definition)
            try db.execute(
                sql: "INSERT OR REPLACE INTO projection (name, version, definition) VALUES (?, ?, ?)",
                arguments: [projection.name, projection.version, ProjectionCatalogue.digest(projection)])
        }
    }

    /// The state of every projection that is not outdated, with the digest of its rows.
    func states() throws -> [ProjectionState] {
        try file.read { db in
            let stops = Dictionary(try stops(db).map { ($0.projection, $0) }, uniquingKeysWith: { first, _ in first })
            return try catalogue.projections.filter { !outdated.contains($0.name) }.map { projection in
                let stop = stops[projection.name]
                var rows = RowDigest()
                if stop == nil { try rows.addRows(db, projection.table.selectAll) }
                return ProjectionState(
                    name: projection.name, version: projection.version, digest: stop == nil ? rows.text() : "",
                    stop: stop)
            }
        }
    }

    /// SHA-256 over every row of every projection: equal for equal answers, whatever way they came about.
    func digest() throws -> String { ReadStore.digest(try states()) }

    static func digest(_ states: [ProjectionState]) -> String {
        let text = states.map { state in
            "\(state.name) \(state.version) \(state.stop.map { "stopped at \($0.position)" } ?? state.digest)\n"
        }.joined()
        return "sha256:" + SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
}
