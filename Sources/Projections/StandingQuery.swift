internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import GRDB
internal import SQLiteSupport

/// Asks for the standing of bodies: from the read models where they answer, else by folding facts.
public struct StandingQuery: Sendable {
    public enum Scope: Sendable, Hashable {
        case body(BodyID)
        case all
        /// Bodies whose 行政区划代码 begins with the digits.
        case region(prefix: String)
    }

    public var scope: Scope
    /// Facts dated on or before this day; nil: all facts, as of today.
    public var asOf: CalendarDay?
    /// Facts recorded at or before this position; nil: all.
    public var atPosition: UInt64?
    public var today: CalendarDay

    public init(_ scope: Scope, asOf: CalendarDay? = nil, atPosition: UInt64? = nil, today: CalendarDay) {
        self.scope = scope
        self.asOf = asOf
        self.atPosition = atPosition
        self.today = today
    }

    /// The standings, in order of registration. Throws ``EventLogError`` where the log or a file is damaged.
    public func run(on projections: ProjectionSet) throws -> [Standing] {
        if asOf == nil, atPosition == nil {
            do {
                if let answer = try fromReadModel(projections) { return answer }
            } catch {
                // A damaged read model has no answer; the facts have.
                guard ProjectionSet.isDamage(error) else { throw error }
            }
        }
        return try byFolding(projections)
    }

    // MARK: Read models

    private func fromReadModel(_ projections: ProjectionSet) throws -> [Standing]? {
        try StandingQuery.reading(projections, ["bodies", "standing"]) { db, position in
            try bodies(db).map { body in
                Standing(body: body, cases: try cases(of: body.id, db), position: position)
            }
        }
    }

    /// Reads the live read models as one view; nil where they do not answer for the log's end.
    private static func reading<Result>(
        _ projections: ProjectionSet, _ names: [String], _ body: (Database, UInt64?) throws -> Result
    ) throws -> Result? {
        guard let store = try projections.files.views() else { return nil }
        let head = try projections.log.head()
        return try store.file.read { db -> Result? in
            try db.inSavepointReading {
                guard try store.canAnswer(from: names, db), try DerivedDatabase.cursor(db) == head else { return nil }
                return try body(db, head.size == 0 ? nil : head.size - 1)
            }
        }
    }

    /// The bodies in scope as they are registered now, in order of their ids, without their cases.
    ///
    /// Throws as ``run(on:)``.
    public static func profiles(
        _ scope: Scope, on projections: ProjectionSet
    ) throws -> (profiles: [BodyHistory.Profile], position: UInt64?) {
        let query = StandingQuery(scope, today: CalendarDay(ordinal: 0))
        do {
            let found = try reading(projections, ["bodies"]) { db, position in (try query.bodies(db), position) }
            if let found { return found }
        } catch {
            guard ProjectionSet.isDamage(error) else { throw error }
        }
        let head = try projections.log.head()
        var profiles: [BodyHistory.Profile] = []
        try projections.forEachBodyFile(scope) { file in
            guard file.history.position < head.size else { return }
            let profile = file.history.profile(atPosition: head.size - 1)
            if case .region(let prefix) = scope, !profile.region.text.hasPrefix(prefix) { return }
            profiles.append(profile)
        }
        return (profiles.sorted { $0.id < $1.id }, head.size == 0 ? nil : head.size - 1)
    }

    private func bodies(_ db: Database) throws -> [BodyHistory.Profile] {
        let columns = "SELECT id, code, name, kind, level, region, parent, established_on, abolished_on FROM body"
        let rows =
            switch scope {
            case .body(let id): try Row.fetchAll(db, sql: columns + " WHERE id = ?", arguments: [id.text])
            case .all: try Row.fetchAll(db, sql: columns + " ORDER BY id")
            case .region(let prefix):
                try Row.fetchAll(
                    db, sql: columns + " WHERE substr(region, 1, length(?)) = ? ORDER BY id",
                    arguments: [prefix, prefix])
            }
        return try rows.map { row in
            guard let id = BodyID(row[0]), let kind = BodyKind(rawValue: row[3]), let region = RegionCode(row[5]) else {
                throw StandingQuery.damaged
            }
            return BodyHistory.Profile(
                id: id, code: (row[1] as String?).flatMap { USCC($0) }, name: row[2], kind: kind,
                level: (row[4] as String?).flatMap(BodyLevel.init(rawValue:)), region: region,
                parent: (row[6] as String?).flatMap(BodyID.init),
                establishedOn: (row[7] as Int32?).map(CalendarDay.init),
                abolishedOn: (row[8] as Int32?).map(CalendarDay.init))
        }
    }

    private func cases(of body: BodyID, _ db: Database) throws -> [StandingCase] {
        let select = try db.cachedStatement(
            sql: """
                SELECT "case", category, area, severity, amount, status, in_dispute, determined_on, repaired_on,
                publicity_ends FROM standing WHERE body = ? ORDER BY "case"
                """)
        return try Row.fetchAll(select, arguments: [body.text]).map { row in
            guard let item = StandingCase(row, today: today) else { throw StandingQuery.damaged }
            return item
        }
    }

    private static let damaged = EventLogError(
        .damaged, chinese: "读模型文件已损坏；请运行 rebuild", english: "a read model is damaged; run rebuild")

    // MARK: Folding

    private func byFolding(_ projections: ProjectionSet) throws -> [Standing] {
        let head = try projections.log.head()
        let last = head.size == 0 ? nil : head.size - 1
        let position = atPosition.map { min($0, last ?? 0) } ?? last
        var standings: [Standing] = []
        try projections.forEachBodyFile(scope) { file in
            let known = position ?? 0
            guard file.history.position <= known else { return }
            let profile = file.history.profile(asOf: asOf, atPosition: known)
            if case .region(let prefix) = scope, !profile.region.text.hasPrefix(prefix) { return }
            let day = asOf ?? today
            let states = try folding(known) { () throws(Refusal) in
                try file.states(asOf: asOf, atPosition: known, under: projections.policy)
            }
            standings.append(
                Standing(
                    body: profile,
                    cases: states.map { StandingCase(id: $0.id, state: $0.state, on: day, under: projections.policy) },
                    position: last.map { _ in known }))
        }
        return standings.sorted { $0.body.id < $1.body.id }
    }

    private func folding<Result>(
        _ position: UInt64, _ body: () throws(Refusal) -> Result
    ) throws(EventLogError) -> Result {
        do { return try body() } catch { throw .undecodable(position, error.english) }
    }
}

extension StandingCase {
    fileprivate init?(_ row: Row, today: CalendarDay) {
        guard let id = CaseID(row[0]), let category = Category(rawValue: row[1]),
            let severity = Severity(rawValue: row[3]), let status = CaseState.Status(rawValue: row[5])
        else { return nil }
        self.id = id
        self.category = category
        area = (row[2] as String?).flatMap(KeyArea.init(rawValue:))
        self.severity = severity
        amount = (row[4] as String?).flatMap { Amount($0) }
        self.status = status
        inDispute = row[6]
        determinedOn = CalendarDay(ordinal: row[7])
        repairedOn = (row[8] as Int32?).map(CalendarDay.init)
        let ends = (row[9] as Int32?).map(CalendarDay.init)
        isPublicised = status == .inEffect && determinedOn <= today && ends.map { today < $0 } ?? false
    }
}

extension Database {
    /// Runs reads as one view of the file.
    fileprivate func inSavepointReading<Result>(_ body: () throws -> Result) throws -> Result {
        var result: Result?
        try inTransaction(.deferred) {
            result = try body()
            return .commit
        }
        guard let result else { throw DatabaseError(message: "the transaction gave no result") }
        return result
    }
}
