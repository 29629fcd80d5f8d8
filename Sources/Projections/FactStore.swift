internal import CreditModel
internal import EventLog
internal import GRDB
internal import GRDBSQLite
internal import SQLiteSupport
internal import Schema

/// `facts.sqlite`: decoded facts, clustered by body and case, and observations, following the log.
///
/// Facts are added in order of position and never changed: whoever passes over positions from some size on reads the
/// facts of that prefix, whatever is added meanwhile, and needs no long transaction for it.
struct FactStore: Sendable {
    private static let layout = 4

    let file: DerivedDatabase

    static func writable(path: String) throws -> FactStore {
        FactStore(file: try .writable(path: path, schema: Schema.factsSQL, version: layout))
    }

    static func readable(path: String) throws -> FactStore? {
        try DerivedDatabase.readable(path: path, version: layout).map(FactStore.init(file:))
    }

    /// A file that is filled beside the one in use.
    static func building(path: String) throws -> FactStore {
        FactStore(file: try .building(path: path, schema: Schema.factsSQL))
    }

    func cursor() throws -> LogHead { try file.cursor() }

    /// Keeps the facts of one chunk of the log and returns what they touch.
    @discardableResult
    func add(_ facts: [EncodedFact], from old: LogHead, to new: LogHead) throws -> Touched {
        var touched = Touched()
        try file.advance(from: old, to: new) { db in
            var rows: [(body: Int64, number: Int64, fact: Int)] = []
            var observed: [ObservationRow] = []
            rows.reserveCapacity(facts.count)
            var numbers = FactNumbers(db)
            for (index, fact) in facts.enumerated() {
                switch fact.subject {
                case .body(let id, let laterCode):
                    let body = try numbers.body(id)
                    touched.bodies.insert(body)
                    rows.append((body, 0, index))
                    if let laterCode { try numbers.add(code: laterCode, of: body) }
                case .ofCase(let id, let body):
                    let item = try numbers.ofCase(id, determinedFor: body, at: fact.position)
                    touched.cases.insert(item)
                    rows.append((item.body, item.number, index))
                case .observation(let observation):
                    let body = try numbers.body(observation.body)
                    observed.append(ObservationRow(observation, input: try numbers.input(observation.input), body))
                }
            }
            try insert(&observed, db)
            rows.sort { ($0.body, $0.number, $0.fact) < ($1.body, $1.number, $1.fact) }
            let insert = try db.cachedStatement(
                sql: "INSERT INTO fact (body, \"case\", position, data) VALUES (?, ?, ?, ?)")
            for row in rows { try insert.step(row.body, row.number, facts[row.fact]) }
        }
        return touched
    }

    /// What facts that are kept already touch.
    func touched(by facts: [EncodedFact]) throws -> Touched {
        try file.read { db in
            var touched = Touched()
            var numbers = FactNumbers(db)
            for fact in facts {
                switch fact.subject {
                case .body(let id, _):
                    guard let number = try numbers.known(id) else { throw FactStore.damaged }
                    touched.bodies.insert(number)
                case .ofCase(let id, _):
                    guard let found = try numbers.known(id) else { throw FactStore.damaged }
                    touched.cases.insert(found)
                case .observation: break
                }
            }
            return touched
        }
    }

    /// SHA-256 over every fact by the names of its body and case, and every observation by those of its input and body.
    func digest() throws -> String {
        try file.digest([
            """
            SELECT body.id, coalesce("case".id, ''), fact.position, fact.data
            FROM fact JOIN body ON body.number = fact.body LEFT JOIN "case" ON "case".number = fact."case"
            ORDER BY fact.body, fact."case", fact.position
            """,
            """
            SELECT year, input.scheme, input.indicator, input.name, body.id, position, evidence, value
            FROM observation CROSS JOIN input ON input.number = observation.input
            CROSS JOIN body ON body.number = observation.body
            ORDER BY observation.year, observation.input, observation.body, observation.position
            """,
        ])
    }

    func bodyNumber(_ id: BodyID) throws -> Int64? {
        try file.read { db in
            try Int64.fetchOne(db, sql: "SELECT number FROM body WHERE id = ?", arguments: [id.text])
        }
    }

    /// Codes that are not the id of their body.
    func laterCodes() throws -> [USCC: BodyID] {
        try file.read { db in
            var codes: [USCC: BodyID] = [:]
            let rows = try Row.fetchAll(
                db, sql: "SELECT code.code, body.id FROM code JOIN body ON body.number = code.body")
            for row in rows {
                guard let code = USCC(row[0]), let body = BodyID(row[1]) else { throw FactStore.damaged }
                codes[code] = body
            }
            return codes
        }
    }

    func body(ofCase id: CaseID) throws -> BodyID? {
        try file.read { db in
            try String.fetchOne(
                db, sql: "SELECT body.id FROM \"case\" JOIN body ON body.number = \"case\".body WHERE \"case\".id = ?",
                arguments: [id.text])
        }.flatMap(BodyID.init)
    }

    static let damaged = EventLogError(
        .damaged, chinese: "facts.sqlite 已损坏；请删除它，程序会从日志重新得出",
        english: "facts.sqlite is damaged; delete it, it is derived from the log again")
}

extension Statement {
    /// Inserts a fact; SQLite reads its bytes in place.
    fileprivate func step(_ body: Int64, _ number: Int64, _ fact: EncodedFact) throws {
        let statement = sqliteStatement
        let code = fact.data.withUnsafeBytes { buffer in
            sqlite3_bind_int64(statement, 1, body)
            sqlite3_bind_int64(statement, 2, number)
            sqlite3_bind_int64(statement, 3, Int64(bitPattern: fact.position))
            // No destructor: the bytes are needed only until the reset below.
            sqlite3_bind_blob(statement, 4, buffer.baseAddress, Int32(buffer.count), nil)
            let code = sqlite3_step(statement)
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
            return code
        }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
        }
    }
}
