/** The states of a trade. */
export type State = 'NOTPAY' | 'USERPAYING' | 'SUCCESS' | 'REFUND' | 'CLOSED' | 'REVOKED' | 'PAYERROR';

/** A trade in WeChat Pay's own books; money in fen, moments in epoch ms. */
export interface SimulatedTrade {
  outTradeNo: string;
  transactionId: string;
  type: 'NATIVE' | 'JSAPI' | 'MICROPAY';
  state: State;
  total: number;
  description: string;
  notifyUrl: string;
  /** Who pays; of a QR code, once somebody has scanned it. */
  openid: string;
  expiresAt: number;
  createdAt: number;
  paidAt: number | null;
  /** The end of code_url, or the prepay_id: what the payer's telephone is given. */
  token: string;
  /** What it was made with, to compare a repeat with. */
  parameters: string;
  /** Whether it was announced as shared; then what is not shared yet is frozen. */
  isShared: boolean;
}

/** A refund in its books. */
export interface SimulatedRefund {
  outRefundNo: string;
  refundId: string;
  outTradeNo: string;
  refund: number;
  status: 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';
  notifyUrl: string;
  createdAt: number;
  finishedAt: number | null;
  parameters: string;
}

/** A share of a trade, and what came back of it. */
export interface SimulatedShare {
  outOrderNo: string;
  orderId: string;
  transactionId: string;
  type: string;
  account: string;
  amount: number;
  result: 'PENDING' | 'SUCCESS' | 'CLOSED';
  failReason?: string;
  finishesAt: number;
  /** What came back, by the number that it was asked under. */
  returns: Map<string, { amount: number; result: 'PROCESSING' | 'SUCCESS' | 'FAILED' }>;
}

/** Everything that the simulator knows, by our numbers. */
export interface World {
  trades: Map<string, SimulatedTrade>;
  refunds: Map<string, SimulatedRefund>;
  shares: Map<string, SimulatedShare>;
  /** Who may be given shares, as `type account`. */
  receivers: Set<string>;
  /** Payment codes that were used. */
  usedCodes: Set<string>;
  /** Reports of what was handed over, by the trade's number. */
  shipped: Map<string, { openid: string; times: number }>;
  tokens: Set<string>;
  /** Files that can be downloaded, by their tokens. */
  files: Map<string, Buffer>;
}

/** A world in which nothing has happened. */
export function emptyWorld(): World {
  return {
    trades: new Map(),
    refunds: new Map(),
    shares: new Map(),
    receivers: new Set(),
    usedCodes: new Set(),
    shipped: new Map(),
    tokens: new Set(),
    files: new Map(),
  };
}

/** A refusal in WeChat Pay's own shape. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A moment as WeChat Pay writes it: China's time to the second. */
export function stamp(at: number): string {
  return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}
