internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import SQLiteSupport
internal import Schema

/// `facts.sqlite`: decoded facts, clustered by body and case, following the log.
struct FactStore: Sendable {
    static let layout = 1

    let file: DerivedDatabase

    static func writable(path: String) throws -> FactStore {
        FactStore(file: try .writable(path: path, schema: Schema.factsSQL, version: layout))
    }

    static func readable(path: String) -> FactStore? {
        DerivedDatabase.readable(path: path, version: layout).map(FactStore.init(file:))
    }

    func cursor() throws -> LogHead { try file.cursor() }

    /// Keeps the facts of one chunk of the log and returns what they touch.
    func add(_ facts: [(position: UInt64, fact: DecodedFact)], from old: LogHead, to new: LogHead) throws -> Touched {
        var touched = Touched()
        try file.advance(from: old, to: new) { db in
            var rows: [(body: Int64, caseNumber: Int64, position: Int64, data: [UInt8])] = []
            var numbers = Numbers(db)
            for (position, fact) in facts {
                switch fact {
                case .ofBody(let id, let fact):
                    let body = try numbers.body(id)
                    touched.bodies.insert(body)
                    rows.append((body, 0, Int64(position), BodyFactCodec.encode(fact)))
                    if let code = fact.laterCode(than: id) { try numbers.add(code: code, of: body) }
                case .ofCase(let id, let fact):
                    let (caseNumber, body) = try numbers.caseNumber(id, fact)
                    touched.cases.insert(Touched.Case(body: body, number: caseNumber))
                    rows.append((body, caseNumber, Int64(position), FactCodec.encode(fact)))
                case .other: break
                }
            }
            rows.sort { ($0.body, $0.caseNumber, $0.position) < ($1.body, $1.caseNumber, $1.position) }
            let insert = try db.cachedStatement(
                sql: "INSERT INTO fact (body, \"case\", position, data) VALUES (?, ?, ?, ?)")
            for row in rows {
                try insert.execute(arguments: [row.body, row.caseNumber, row.position, Data(row.data)])
            }
        }
        return touched
    }

    /// What a chunk of facts touches, by number.
    struct Touched {
        struct Case: Hashable {
            var body: Int64
            var number: Int64
        }

        var bodies: Set<Int64> = []
        var cases: Set<Case> = []
    }

    /// SHA-256 over every fact by the names of its body and case.
    func digest() throws -> String {
        try file.digest([
            """
            SELECT body.id, coalesce("case".id, ''), fact.position, fact.data
            FROM fact JOIN body ON body.number = fact.body LEFT JOIN "case" ON "case".number = fact."case"
            ORDER BY fact.body, fact."case", fact.position
            """
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

    /// The facts of one case. Throws where the file is damaged.
    func facts(of touched: Touched.Case) throws -> (id: CaseID, body: BodyID, facts: [CaseFact]) {
        try file.read { db in
            let names = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT \"case\".id, body.id FROM \"case\", body WHERE \"case\".number = ? AND body.number = ?"
                ),
                arguments: [touched.number, touched.body])
            guard let names, let id = CaseID(names[0]), let body = BodyID(names[1]) else { throw FactStore.damaged }
            let select = try db.cachedStatement(
                sql: "SELECT position, data FROM fact WHERE body = ? AND \"case\" = ? ORDER BY position")
            try select.setArguments([touched.body, touched.number])
            var facts: [CaseFact] = []
            try select.forEachRow { statement in
                facts.append(try FactStore.caseFact(statement, position: 0, data: 1))
            }
            return (id, body, facts)
        }
    }

    /// Calls `body` with the file of each body, in order of registration, in pages of short reads.
    ///
    /// - Parameter numbers: only these bodies.
    func forEachBody(numbers: [Int64]? = nil, _ visit: (BodyFile) throws -> Void) throws {
        if let numbers {
            for number in numbers { try bodyFile(number).map(visit) }
            return
        }
        var last: Int64 = 0
        while true {
            let page = try file.read { db in
                try Int64.fetchAll(
                    db, sql: "SELECT number FROM body WHERE number > ? ORDER BY number LIMIT 256", arguments: [last])
            }
            guard let end = page.last else { return }
            for number in page { try bodyFile(number).map(visit) }
            last = end
        }
    }

    private func bodyFile(_ number: Int64) throws -> BodyFile? {
        try file.read { db in
            guard let text = try String.fetchOne(db, sql: "SELECT id FROM body WHERE number = ?", arguments: [number]),
                let id = BodyID(text)
            else { return nil }
            var result: BodyFile?
            var names: [Int64: CaseID] = [:]
            let caseNames = try db.cachedStatement(
                sql: """
                    SELECT DISTINCT fact."case", "case".id FROM fact JOIN "case" ON "case".number = fact."case"
                    WHERE fact.body = ?
                    """)
            for row in try Row.fetchAll(caseNames, arguments: [number]) { names[row[0]] = CaseID(row[1] as String) }
            let select = try db.cachedStatement(
                sql: "SELECT \"case\", position, data FROM fact WHERE body = ? ORDER BY \"case\", position")
            try select.setArguments([number])
            try select.forEachRow { statement in
                let caseNumber = sqlite3_column_int64(statement, 0)
                if caseNumber == 0 {
                    let position = UInt64(bitPattern: sqlite3_column_int64(statement, 1))
                    result.add(try BodyFactCodec.decode(statement.blob(2)), id: id, position: position)
                } else {
                    guard let name = names[caseNumber] else { throw FactStore.damaged }
                    result?.cases[name, default: []].append(try FactStore.caseFact(statement, position: 1, data: 2))
                }
            }
            return result
        }
    }

    private static func caseFact(_ statement: OpaquePointer, position: Int32, data: Int32) throws -> CaseFact {
        try FactCodec.decodeCaseFact(
            statement.blob(data), position: UInt64(bitPattern: sqlite3_column_int64(statement, position)))
    }

    static let damaged = EventLogError(
        .damaged, chinese: "facts.sqlite 已损坏；请删除它，程序会从日志重新得出",
        english: "facts.sqlite is damaged; delete it, it is derived from the log again")
}

extension BodyFile? {
    /// Adds a fact of the body: its registration makes the file.
    mutating func add(_ fact: DecodedFact.BodyFact, id: BodyID, position: UInt64) {
        switch fact {
        case .registered(let data):
            if self == nil { self = BodyFile(BodyHistory(id: id, registration: data, position: position)) }
        case .changed(let data): self?.history.add(data, position: position)
        }
    }
}

extension DecodedFact.BodyFact {
    /// A code by which the body is known besides its id.
    func laterCode(than id: BodyID) -> USCC? {
        switch self {
        case .registered(let data): data.code.flatMap { $0.text == id.text ? nil : $0 }
        case .changed(let data):
            if case .recoded(let code) = data.change { code } else { nil }
        }
    }
}

/// The numbers that `facts.sqlite` gives bodies and cases, looked up and given within one transaction.
private struct Numbers {
    private let db: Database
    private var bodies: [BodyID: Int64] = [:]
    private var cases: [CaseID: (number: Int64, body: Int64)] = [:]

    init(_ db: Database) { self.db = db }

    mutating func body(_ id: BodyID) throws -> Int64 {
        if let number = bodies[id] { return number }
        let select = try db.cachedStatement(sql: "SELECT number FROM body WHERE id = ?")
        if let number = try Int64.fetchOne(select, arguments: [id.text]) {
            bodies[id] = number
            return number
        }
        try db.cachedStatement(sql: "INSERT INTO body (id) VALUES (?)").execute(arguments: [id.text])
        bodies[id] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// The numbers of a case and its body. A case has its body from its determination on, and nothing before that.
    mutating func caseNumber(_ id: CaseID, _ fact: CaseFact) throws -> (number: Int64, body: Int64) {
        if let known = cases[id] { return known }
        let select = try db.cachedStatement(sql: "SELECT number, body FROM \"case\" WHERE id = ?")
        if let row = try Row.fetchOne(select, arguments: [id.text]) {
            let known: (Int64, Int64) = (row[0], row[1])
            cases[id] = known
            return known
        }
        guard case .determined(let record) = fact.step else {
            throw EventLogError.undecodable(fact.position, "the case \(id) has no determination before it")
        }
        let body = try body(record.body)
        try db.cachedStatement(sql: "INSERT INTO \"case\" (id, body) VALUES (?, ?)").execute(arguments: [id.text, body])
        let known = (db.lastInsertedRowID, body)
        cases[id] = known
        return known
    }

    func add(code: USCC, of body: Int64) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO code (code, body) VALUES (?, ?)")
            .execute(arguments: [code.text, body])
    }
}

extension Statement {
    /// Steps through the rows without making values of them; the pointer must not leave the closure.
    func forEachRow(_ body: (OpaquePointer) throws -> Void) throws {
        let statement = sqliteStatement
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(statement)
            case SQLITE_DONE: return
            case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }
        }
    }
}

extension OpaquePointer {
    /// The bytes of a column of the current row; valid until the next step.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(self, column), count: Int(sqlite3_column_bytes(self, column)))
    }
}
