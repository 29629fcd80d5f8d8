internal import CreditModel
internal import EventLog
internal import GRDB
internal import SQLiteSupport
internal import Schema

/// `read-<n>.sqlite`: the read models of one generation.
struct ReadStore: Sendable {
    static let layout = 1

    let file: DerivedDatabase

    static func writable(path: String) throws -> ReadStore {
        ReadStore(file: try .writable(path: path, schema: Schema.readSQL, version: layout))
    }

    static func readable(path: String) -> ReadStore? {
        DerivedDatabase.readable(path: path, version: layout).map(ReadStore.init(file:))
    }

    /// Writes the rows of bodies and cases as they now are, with the cursor.
    func put(
        bodies: [BodyHistory.Profile], cases: [(id: CaseID, state: CaseState)], policy: CreditPolicy, from old: LogHead,
        to new: LogHead
    ) throws {
        try file.advance(from: old, to: new) { db in
            for body in bodies { try ReadStore.put(body, db) }
            for (id, state) in cases { try ReadStore.put(id, state, policy, db) }
        }
    }

    private static func put(_ body: BodyHistory.Profile, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO body (id, code, name, kind, level, region, parent, established_on, abolished_on)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                body.id.text, body.code?.text, body.name, body.kind.rawValue, body.level?.rawValue, body.region.text,
                body.parent?.text, body.establishedOn?.ordinal, body.abolishedOn?.ordinal,
            ])
    }

    private static func put(_ id: CaseID, _ state: CaseState, _ policy: CreditPolicy, _ db: Database) throws {
        let record = state.record
        let ends =
            record.visibility == .open
            ? policy.publicityEnds(determinedOn: state.determinedOn, severity: record.severity).ordinal : nil
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO standing
                (body, "case", category, area, severity, amount, status, in_dispute, determined_on, repaired_on,
                revoked_on, attributed_year, publicity_ends)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                record.body.text, id.text, record.category.rawValue, record.area?.rawValue, record.severity.rawValue,
                record.amount?.description, state.status.rawValue, state.objectionOpen, state.determinedOn.ordinal,
                state.repairedOn?.ordinal, state.revokedOn?.ordinal, record.attributedYear, ends,
            ])
    }

    /// SHA-256 over every row of every read model, in order: equal for equal answers, whatever way they came about.
    func digest() throws -> String {
        try file.digest([
            "SELECT * FROM body ORDER BY id", "SELECT * FROM standing ORDER BY body, \"case\"",
        ])
    }
}
