internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import GRDB
internal import SQLiteSupport
internal import TransparencyLog

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
        try fromReadModels(projections) ?? byFolding(projections)
    }

    // MARK: Read models

    /// The answer of the live read models, which takes microseconds; nil where they do not answer for the log's end, or
    /// a moment is asked for.
    ///
    /// Throws as ``run(on:)``.
    public func fromReadModels(_ projections: ProjectionSet) throws -> [Standing]? {
        guard asOf == nil, atPosition == nil else { return nil }
        do {
            if case .body(let id) = scope { return try standing(of: id, projections) }
            return try StandingQuery.reading(projections, ["bodies", "standing"]) { db, position in
                try bodies(db).map { body in
                    Standing(body: body, cases: try cases(of: body.id, db), position: position)
                }
            }
        } catch {
            // A damaged read model has no answer; the facts have.
            guard ProjectionSet.isDamage(error) else { throw error }
            return nil
        }
    }

    /// Reads the live read models as one view; nil where they do not answer for the log's end.
    private static func reading<Result>(
        _ projections: ProjectionSet, _ names: [String], _ body: (Database, UInt64?) throws -> Result
    ) throws -> Result? {
        let found = try projections.files.withViews { store -> Result? in
            let head = try projections.log.head()
            return try store.file.read { db -> Result? in
                try db.inSavepointReading {
                    guard try store.canAnswer(from: names, db), try DerivedDatabase.cursor(db) == head else {
                        return nil
                    }
                    return try body(db, head.size == 0 ? nil : head.size - 1)
                }
            }
        }
        return found ?? nil
    }

    /// One body's standing by one statement, which is one view of the file by itself.
    private func standing(of id: BodyID, _ projections: ProjectionSet) throws -> [Standing]? {
        let names: Set = ["bodies", "standing"]
        let found = try projections.files.withViews { store -> [Standing]? in
            guard store.outdated.isDisjoint(with: names) else { return nil }
            let head = try projections.log.head()
            return try store.file.read { db -> [Standing]? in
                var body: BodyHistory.Profile?
                var cases: [StandingCase] = []
                var canAnswer = false
                try db.cachedStatement(sql: StandingQuery.oneBody).forEachRow(id.text) { row in
                    if !canAnswer {
                        guard row.integer(2) == 0, UInt64(exactly: row.integer(0)) == head.size,
                            Digest32(row.bytes(1)) == head.root
                        else { return }
                        canAnswer = true
                        if !row.isNull(3) { body = try StandingQuery.profile(row, from: 3) }
                    }
                    if canAnswer, !row.isNull(12) {
                        guard let item = StandingCase(row, from: 12, today: today) else { throw StandingQuery.damaged }
                        cases.append(item)
                    }
                }
                guard canAnswer else { return nil }
                let position = head.size == 0 ? nil : head.size - 1
                return body.map { [Standing(body: $0, cases: cases, position: position)] } ?? []
            }
        }
        return found ?? nil
    }

    private static let bodyColumns = "id, code, name, kind, level, region, parent, established_on, abolished_on"
    private static let caseColumns =
        "\"case\", category, area, severity, amount, status, in_dispute, determined_on, repaired_on, publicity_ends"

    private static let oneBody = """
        SELECT size, root,
            EXISTS (SELECT 1 FROM projection WHERE stopped_at IS NOT NULL AND name IN ('bodies', 'standing')),
            \(bodyColumns.qualified(by: "body")), \(caseColumns.qualified(by: "standing"))
        FROM cursor LEFT JOIN body ON body.id = ?1 LEFT JOIN standing ON standing.body = body.id
        WHERE cursor.id = 0 ORDER BY standing."case"
        """

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
        let select = "SELECT \(StandingQuery.bodyColumns) FROM body"
        var profiles: [BodyHistory.Profile] = []
        func add(_ row: SteppedRow) throws { profiles.append(try StandingQuery.profile(row, from: 0)) }
        switch scope {
        case .body(let id): try db.cachedStatement(sql: select + " WHERE id = ?1").forEachRow(id.text, add)
        case .all: try db.cachedStatement(sql: select + " ORDER BY id").forEachRow(nil, add)
        case .region(let prefix):
            try db.cachedStatement(sql: select + " WHERE substr(region, 1, length(?1)) = ?1 ORDER BY id")
                .forEachRow(prefix, add)
        }
        return profiles
    }

    private static func profile(_ row: SteppedRow, from first: Int32) throws -> BodyHistory.Profile {
        guard let id = BodyID(row.text(first)), let kind = BodyKind(rawValue: row.text(first + 3)),
            let region = RegionCode(row.text(first + 5))
        else { throw damaged }
        return BodyHistory.Profile(
            id: id, code: row.optionalText(first + 1).flatMap { USCC($0) }, name: row.text(first + 2), kind: kind,
            level: row.optionalText(first + 4).flatMap(BodyLevel.init(rawValue:)), region: region,
            parent: row.optionalText(first + 6).flatMap { BodyID($0) },
            establishedOn: row.day(first + 7).map(CalendarDay.init),
            abolishedOn: row.day(first + 8).map(CalendarDay.init))
    }

    private func cases(of body: BodyID, _ db: Database) throws -> [StandingCase] {
        let select = try db.cachedStatement(
            sql: "SELECT \(StandingQuery.caseColumns) FROM standing WHERE body = ?1 ORDER BY \"case\"")
        var cases: [StandingCase] = []
        try select.forEachRow(body.text) { row in
            guard let item = StandingCase(row, from: 0, today: today) else { throw StandingQuery.damaged }
            cases.append(item)
        }
        return cases
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
    fileprivate init?(_ row: SteppedRow, from first: Int32, today: CalendarDay) {
        guard let id = CaseID(row.text(first)), let category = Category(rawValue: row.text(first + 1)),
            let severity = Severity(rawValue: row.text(first + 3)),
            let status = CaseState.Status(rawValue: row.text(first + 5))
        else { return nil }
        self.id = id
        self.category = category
        area = row.optionalText(first + 2).flatMap(KeyArea.init(rawValue:))
        self.severity = severity
        amount = row.optionalText(first + 4).flatMap { Amount($0) }
        self.status = status
        inDispute = row.integer(first + 6) != 0
        determinedOn = CalendarDay(ordinal: row.day(first + 7) ?? 0)
        repairedOn = row.day(first + 8).map(CalendarDay.init)
        let ends = row.day(first + 9).map(CalendarDay.init)
        isPublicised = status == .inEffect && determinedOn <= today && ends.map { today < $0 } ?? false
    }
}

extension String {
    /// Columns with the name of their table before each.
    fileprivate func qualified(by table: String) -> String {
        split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
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
