internal import CreditModel
internal import EventLog
internal import GRDB

/// The numbers that `facts.sqlite` gives bodies and cases, looked up and given within one transaction.
struct FactNumbers {
    private let db: Database
    private var bodies: [BodyID: Int64] = [:]
    private var cases: [CaseID: Touched.Case] = [:]
    private var inputs: [Observation.Input: Int64] = [:]

    init(_ db: Database) { self.db = db }

    /// The number of a body; given where it has none yet.
    mutating func body(_ id: BodyID) throws -> Int64 {
        if let number = try known(id) { return number }
        try db.cachedStatement(sql: "INSERT INTO body (id) VALUES (?)").execute(arguments: [id.text])
        bodies[id] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// The numbers of a case and its body. A case has its body from its determination on, and nothing before that.
    mutating func ofCase(_ id: CaseID, determinedFor body: BodyID?, at position: UInt64) throws -> Touched.Case {
        if let found = try known(id) { return found }
        guard let body else {
            throw EventLogError.undecodable(position, "the case \(id) has no determination before it")
        }
        let number = try self.body(body)
        try db.cachedStatement(sql: "INSERT INTO \"case\" (id, body) VALUES (?, ?)")
            .execute(arguments: [id.text, number])
        let given = Touched.Case(body: number, number: db.lastInsertedRowID)
        cases[id] = given
        return given
    }

    mutating func known(_ id: BodyID) throws -> Int64? {
        if let number = bodies[id] { return number }
        let select = try db.cachedStatement(sql: "SELECT number FROM body WHERE id = ?")
        let number = try Int64.fetchOne(select, arguments: [id.text])
        bodies[id] = number
        return number
    }

    mutating func known(_ id: CaseID) throws -> Touched.Case? {
        if let found = cases[id] { return found }
        let select = try db.cachedStatement(sql: "SELECT number, body FROM \"case\" WHERE id = ?")
        guard let row = try Row.fetchOne(select, arguments: [id.text]) else { return nil }
        let found = Touched.Case(body: row[1], number: row[0])
        cases[id] = found
        return found
    }

    /// The number of a data item; given where it has none yet.
    mutating func input(_ input: Observation.Input) throws -> Int64 {
        if let number = inputs[input] { return number }
        let words: StatementArguments = [input.scheme, input.indicator, input.name]
        let select = try db.cachedStatement(
            sql: "SELECT number FROM input WHERE scheme = ? AND indicator = ? AND name = ?")
        if let number = try Int64.fetchOne(select, arguments: words) {
            inputs[input] = number
            return number
        }
        try db.cachedStatement(sql: "INSERT INTO input (scheme, indicator, name) VALUES (?, ?, ?)")
            .execute(arguments: words)
        inputs[input] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    func add(code: USCC, of body: Int64) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO code (code, body) VALUES (?, ?)")
            .execute(arguments: [code.text, body])
    }
}
