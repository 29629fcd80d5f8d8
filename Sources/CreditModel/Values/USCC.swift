public import CanonicalJSON

/// 统一社会信用代码 (GB 32100-2015): 18 characters with a check character.
public struct USCC: Sendable, Hashable {
    /// The 18 characters.
    public let text: String

    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    /// 3^(i−1) mod 31 (GB 32100-2015).
    private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// Why a text is not a code.
    public enum Fault: Error, Sendable, Equatable {
        /// Not 18 characters.
        case length(Int)
        /// A character outside the alphabet of 31 (no I, O, S, V, Z); counted from 1.
        case character(Int)
        /// The 18th character should be another one.
        case check(expected: String)
    }

    /// Reads a code, already folded to half-width capitals. Throws ``Fault``.
    public init(checking text: String) throws(Fault) {
        let scalars = text.unicodeScalars
        guard scalars.count == 18 else { throw .length(scalars.count) }
        var sum = 0
        for (index, scalar) in scalars.enumerated() {
            let value = scalar.isASCII ? USCC.values[Int(scalar.value)] : 0xFF
            guard value != 0xFF else { throw .character(index + 1) }
            if index < 17 { sum += Int(value) * USCC.weights[index] }
        }
        let expected = USCC.alphabet[(31 - sum % 31) % 31]
        guard text.utf8.last == expected else {
            throw .check(expected: String(Character(Unicode.Scalar(expected))))
        }
        self.text = text
    }

    public init?(_ text: String) {
        do { try self.init(checking: text) } catch { return nil }
    }

    /// The first 17 characters with their check character; nil where they are not 17 of the alphabet.
    public init?(completing prefix: String) {
        let bytes = Array(prefix.utf8)
        guard bytes.count == 17, bytes.allSatisfy({ USCC.values[Int($0)] != 0xFF }) else { return nil }
        let sum = zip(bytes, USCC.weights).reduce(0) { $0 + Int(USCC.values[Int($1.0)]) * $1.1 }
        text = prefix + String(Character(Unicode.Scalar(USCC.alphabet[(31 - sum % 31) % 31])))
    }

    /// Characters 3–8: the 行政区划代码 of the registering authority (GB/T 2260).
    public var region: String { String(text.dropFirst(2).prefix(6)) }

    /// What the first character says: the registering authority (GB 32100-2015 table 1).
    public var registrationAuthority: String? {
        switch text.first {
        case "1": "机构编制"
        case "2": "外交"
        case "3": "司法行政"
        case "4": "文化"
        case "5": "民政"
        case "6": "旅游"
        case "7": "宗教"
        case "8": "工会"
        case "9": "工商（市场监管）"
        case "A": "中央军委改革和编制办公室"
        case "N": "农业"
        case "Y": "其他"
        default: nil
        }
    }

    /// What the first two characters say: the kind of organisation; nil for a pair that the standard does not list.
    ///
    /// Village and residents' committees carry 54 in practice, which the first edition of the standard does not list.
    public var organisationCategory: String? {
        switch text.prefix(2) {
        case "11": "机关"
        case "12": "事业单位"
        case "13": "编办直接管理机构编制的群众团体"
        case "51": "社会团体"
        case "52": "民办非企业单位"
        case "53": "基金会"
        case "54": "村民委员会、居民委员会"
        case "91": "企业"
        case "92": "个体工商户"
        case "93": "农民专业合作社"
        case "N1": "组级集体经济组织"
        case "N2": "村级集体经济组织"
        case "N3": "乡镇级集体经济组织"
        case "19", "59", "99", "N9": "其他"
        default: nil
        }
    }
}

extension USCC: CustomStringConvertible, JSONDecodable, JSONEncodable {
    public var description: String { text }

    public init(json: JSONNode) throws(JSONFault) {
        do { try self.init(checking: json.string()) } catch let fault as JSONFault { throw fault } catch {
            throw json.fault(.badValue, "a 统一社会信用代码 of 18 characters with its check character")
        }
    }

    public func write(to writer: inout JSONWriter) { writer.string(text) }
}

extension USCC.Fault {
    public var code: String {
        switch self {
        case .length: "uscc-length"
        case .character: "uscc-character"
        case .check: "uscc-check-digit"
        }
    }

    public var chinese: String {
        switch self {
        case .length(let count): "统一社会信用代码应为 18 位，现为 \(count) 位，请核对登记证书"
        case .character(let index): "统一社会信用代码第 \(index) 位不在允许的字符内（数字和除 I、O、S、V、Z 外的大写字母），请核对"
        case .check(let expected): "统一社会信用代码校验位不符（按前 17 位应为 \(expected)），请核对登记证书"
        }
    }

    public var english: String {
        switch self {
        case .length(let count): "the code has 18 characters, not \(count); check the certificate"
        case .character(let index): "character \(index) of the code is not one of the 31 allowed; check it"
        case .check(let expected):
            "the check character is wrong (the first 17 ask for \(expected)); check the certificate"
        }
    }
}
